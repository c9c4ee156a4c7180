"""The one SQL expression for what a visit task is on a day; lists, dashboard, phone and sheets all use it.

The order of the cases is that of design §3; `monitoring.schedule.derive_status` says the same in plain Python and the
tests hold the two together.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When

from households.access import ScopedQuerySet
from monitoring.models.tiers import TierAssignment
from monitoring.schedule import DUE_SOON_DAYS, TaskStatus

OPEN_STATUSES = (TaskStatus.OVERDUE, TaskStatus.DUE_SOON, TaskStatus.DUE)


def tier_in_force(on: date) -> Q:
    """The task's tier is the household's on the day, or was on the last day of a period that is over.

    The household's present tier answers for nearly every row; the assignments are asked only where the day lies
    before the present tier began.
    """
    held = TierAssignment.objects.filter(household=OuterRef("household"), tier=OuterRef("tier"))
    at_end = held.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("period_end")),
        valid_from__lte=OuterRef("period_end"),
    )
    present = Q(tier=F("household__tier"))
    over = Q(period_end__lt=on) & (
        Q(household__tier_since__lte=F("period_end")) & present
        | Q(household__tier_since__gt=F("period_end")) & Exists(at_end)
    )
    running = Q(period_end__gte=on) & (
        Q(household__tier_since__lte=on) & present
        | Q(household__tier_since__gt=on) & Exists(held.valid_on(on))
    )
    return over | running


def status_on(on: date) -> Case:
    """Return the expression of a task's status on a day; first match wins."""
    of_its_tier = Case(
        When(fulfilled_on__lte=on, then=Value(TaskStatus.DONE.value)),
        When(period_end__lt=on, then=Value(TaskStatus.MISSED.value)),
        When(due_on__lt=on, then=Value(TaskStatus.OVERDUE.value)),
        When(due_on__lte=on + timedelta(days=DUE_SOON_DAYS), then=Value(TaskStatus.DUE_SOON.value)),
        When(planned_month__lte=on, then=Value(TaskStatus.DUE.value)),
        default=Value(TaskStatus.PLANNED.value),
        output_field=CharField(),
    )
    return Case(
        When(voided_at__isnull=False, then=Value(TaskStatus.VOIDED.value)),
        # Asked in the positive: a household without a tier has NULLs here, and NOT NULL would be no answer.
        When(tier_in_force(on), then=of_its_tier),
        default=Value(TaskStatus.SUPERSEDED.value),
        output_field=CharField(),
    )


class TaskStatusQuerySet(ScopedQuerySet):
    """Questions about many tasks, all of them on a day."""

    joined_area_paths: ClassVar[tuple[str, ...]] = ("household__area",)

    def with_status(self, on: date) -> Self:
        """Annotate `status`, a TaskStatus value."""
        return self.annotate(status=status_on(on))

    def in_status(self, on: date, *statuses: str) -> Self:
        return self.with_status(on).filter(status__in=statuses)

    def with_previous_status(self, on: date) -> Self:
        """Annotate `previous_status`: what became of the household's last task before this one's period.

        Voided and superseded tasks are passed over; NULL where there is none.
        """
        earlier = (
            self.model._default_manager.filter(
                household=OuterRef("household"), period_end__lt=OuterRef("period_start")
            )
            .with_status(on)
            .exclude(status__in=[TaskStatus.VOIDED, TaskStatus.SUPERSEDED])
            .order_by("-period_end")
        )
        return self.annotate(previous_status=Subquery(earlier.values("status")[:1]))

    def standing(self, on: date) -> Self:
        """Tasks that are neither voided nor superseded on the day."""
        return self.filter(tier_in_force(on), voided_at__isnull=True)

    def containing(self, on: date) -> Self:
        """Tasks whose period holds the day."""
        return self.filter(period_start__lte=on, period_end__gte=on)

    def in_force(self, on: date) -> Self:
        """Tasks whose period holds the day and that no tier change has superseded: one per household with a tier."""
        return self.containing(on).filter(tier_in_force(on))

    def to_do(self, on: date) -> Self:
        """What a monitor should do today: overdue, due soon, due."""
        return self.containing(on).in_status(on, *OPEN_STATUSES)

    def overdue(self, on: date) -> Self:
        return self.containing(on).in_status(on, TaskStatus.OVERDUE)
