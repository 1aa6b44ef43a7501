"""The proofs run on small companies, and say what they are made to say."""

from datetime import date, timedelta

import pytest

from sodai.data.simulator import CompanySpec, simulate
from sodai.orchestration.proofs import (
    POWER_EVENTS,
    Company,
    PowerSize,
    ReplayResult,
    placebo,
    power,
    replace_section,
    replay,
)
from sodai.orchestration.proofs.company import quick_choice
from sodai.orchestration.proofs.power import PowerRun, table
from sodai.orchestration.proofs.replay import replayed_origins
from sodai.orchestration.proofs.replay import table as replay_table
from sodai.settings import InputError, UsageError, load_settings

pytestmark = pytest.mark.slow

SETTINGS = replace_section(load_settings(), "evaluation", bootstrap=20)
LAST_DAY = date(2024, 9, 29)
END = LAST_DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Company:
    spec = CompanySpec(customers=60, products=40, weeks=30, seed=3, last_day=LAST_DAY, truth=False)
    folder = tmp_path_factory.mktemp("company")
    return Company.build(simulate(spec).tables, folder, SETTINGS, quick_choice(10), END)


def test_no_model_has_seen_the_weeks_it_is_judged_on(company):
    held = company.held(END - timedelta(days=28))
    assert held.trained_at == END - timedelta(days=28)
    assert str(held.validation.origin.max()) < held.trained_at.isoformat()
    assert held.model.meta.last_origin + timedelta(days=7) <= held.trained_at


def test_random_halves_do_not_call_for_a_retraining(company):
    told = []
    found = placebo(company, END, 4, 0, told.append)
    assert found == told
    assert not {"retrain", "block"} & {split.verdict for split in found}


def test_always_trains_every_week_and_never_not_once(company):
    origins = company.origins[-3:]
    weeks = []
    found = {result.policy: result for result in replay(company, origins, weeks.append)}
    assert (found["always"].retrains, found["never"].retrains) == (2, 0)
    assert found["never"].seconds == 0 < found["always"].seconds
    assert [week.origin for week in weeks] == origins
    first = weeks[0].pr_auc
    assert len(set(first.values())) == 1, "all policies begin with the same champion"
    assert all(0 < value < 1 for value in first.values())
    assert "by decision" in replay_table(list(found.values()))


def test_there_must_be_something_to_replay(company):
    with pytest.raises(UsageError, match="nothing to replay"):
        replayed_origins(company, END)
    assert replayed_origins(company, None)[0] >= company.first_day + timedelta(weeks=13)


def test_a_short_history_is_refused(tmp_path):
    spec = CompanySpec(customers=30, products=10, weeks=8, last_day=LAST_DAY, truth=False)
    with pytest.raises(InputError, match="too short for this; got"):
        Company.build(simulate(spec).tables, tmp_path, SETTINGS, quick_choice(5), END)


def test_a_change_of_unit_is_called_and_nothing_is_not():
    events = [event for event in POWER_EVENTS if event.name in ("unit_change 12", "nothing")]
    told = []
    found = power(events, [1], SETTINGS, quick_choice(10), PowerSize(80, 60, 30), told.append)
    assert found == told
    verdicts = {run.event: run.verdicts for run in found}
    assert verdicts["unit_change 12"] == ("block", "block")
    assert "block" not in verdicts["nothing"]


def test_the_table_counts_what_was_called():
    runs = [
        PowerRun("a", True, 1, ("watch", "retrain"), ("watch", "costly"), ("", "")),
        PowerRun("a", True, 2, ("watch", "hold"), ("watch", "nothing_moved"), ("", "")),
        PowerRun("b", False, 1, ("hold", "hold"), ("nothing_moved",) * 2, ("", "")),
    ]
    told = table(runs)
    assert "1 of 2" in told
    assert "costly 1" in told
    assert "harmful: 50% of 2 called" in told
    assert "harmless: 0% of 1 called" in told


def test_results_are_laid_out():
    assert "0.6123" in replay_table([ReplayResult("always", 0.6123, 0.8, 38, 12.0)])
