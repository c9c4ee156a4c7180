"""Writes tier proposals that wait at the station: made by hand, by the cadre for his village and by a clerk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from households.choices import Tier
from households.models import Household
from monitoring.models import TierProposal
from township.demo.demo import Demo
from township.models import User

OF_THE_CADRE, OF_THE_CLERK = 5, 7
UP = (
    (Tier.LOW_INCOME, "户主住院，自付费用增加，建议列入低收入。"),
    (Tier.LOW_INCOME, "务工人员回乡未再就业，收入明显下降。"),
    (Tier.LOW_INCOME, "独居老人，子女常年在外，生活照料不足。"),
)
DOWN = ((Tier.GENERAL, "子女已就业，家庭收入稳定，建议转为一般农户。"),)


def load(demo: Demo) -> None:
    """Leave about a dozen open proposals."""
    cadre, clerk = demo.accounts["cadre"], demo.accounts["station"]
    village = cadre.postings.get().area
    own = [household for household in demo.households if household.area == village]
    others = [household for household in demo.households if household.area != village]
    rows = [*_proposals(demo, own, cadre, OF_THE_CADRE), *_proposals(demo, others, clerk, OF_THE_CLERK)]
    TierProposal.objects.bulk_create(rows)


def _proposals(demo: Demo, households: list[Household], by: User, count: int) -> Iterator[TierProposal]:
    rng = demo.rng
    for old, stories, share in ((Tier.GENERAL, UP, count - 1), (Tier.LOW_INCOME, DOWN, 1)):
        fit = [household for household in households if household.tier == old]
        for household in rng.sample(fit, min(share, len(fit))):
            tier, story = rng.choice(stories)
            yield TierProposal(
                id=demo.keys.uuid(),
                area=household.area,
                household=household,
                current_tier=old,
                tier=tier,
                reasons=[{"code": "by_hand", "text": story}],
                proposed_on=demo.on - timedelta(days=rng.randint(1, 9)),
                proposed_by=by,
            )
