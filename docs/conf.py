"""How scripts/docs builds the site: Sphinx over the Markdown pages, and nothing that is loaded from elsewhere."""

project = "Letan"
html_title = "Letan"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
myst_heading_anchors = 4  # links such as trees.md#figures, as on the pages of a repository
