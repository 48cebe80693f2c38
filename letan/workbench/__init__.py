"""The designers' workbench behind `letan trees`: one module a command."""
