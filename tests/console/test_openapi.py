"""What /openapi.json says holds: what fits it and what does not is sent, and no answer is another than it says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

STREAMS = ["/api/live", "/api/events"]  # which never end
FREE = ("/health", "/api/board")  # for everybody
GENERATION = [Phase.explicit, Phase.generate]
QUICK = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=GENERATION,
    suppress_health_check=list(HealthCheck),
)
HEADS = {"Authorization": "Bearer the token of programs on this machine"}


@pytest.fixture
def operations(console):
    """The interface of an office in which something has happened."""
    office = console.parts.office
    for i in range(3):
        office.issue(office.open_visit(), "1", "ket_hon", "elder" if i else "")
    office.call_next("1", "1-1")
    office.staff.call_staff(office.open_visit())
    schema = schemathesis.openapi.from_url(f"{console.url}/openapi.json").exclude(path=STREAMS)
    return [operation.ok() for operation in schema.get_all_operations()]


def takes_something(operation):
    """Whether there is anything that could be sent wrongly."""
    return bool([*operation.path_parameters, *operation.query, *operation.body])


def holds(operation, mode, how):
    """Each answer is one that the description has, in the form that it says; nobody without a token is let in."""

    @settings(how)
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        case.call_and_validate(headers=HEADS)
        if operation.path not in FREE:
            assert case.call().status_code in (400, 401, 404, 405, 413, 422)

    each()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_is_another_than_the_description_says(operations, mode):
    assert len(operations) > 12
    for operation in operations:
        if mode is GenerationMode.POSITIVE or takes_something(operation):
            holds(operation, mode, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_is_another_than_the_description_says_for_long(operations, mode):
    for operation in filter(takes_something, operations):
        holds(operation, mode, settings(QUICK, max_examples=200, derandomize=False))
