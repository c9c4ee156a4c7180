"""What a benchmark found, beside what it may be at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Result:
    """One case on one database.

    `limit` is the most that `ratio` may be where there is a baseline, else the most that the value of the case's own
    `unit` may be (seconds, megabytes, queries); None: only recorded.
    """

    case: str
    database: str
    seconds: float | None = None
    baseline_seconds: float | None = None
    megabytes: float | None = None
    queries: int | None = None
    baseline_queries: int | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        if self.seconds is not None and self.baseline_seconds:
            return self.seconds / self.baseline_seconds
        if self.queries is not None and self.baseline_queries:
            return self.queries / self.baseline_queries
        return None

    @property
    def value(self) -> float | None:
        """The figure that the limit is about."""
        figures = (self.ratio, self.megabytes, self.seconds, self.queries)
        return next((figure for figure in figures if figure is not None), None)

    @property
    def unit(self) -> str:
        if self.ratio is not None:
            return "ratio"
        return (
            "megabytes"
            if self.megabytes is not None
            else "seconds"
            if self.seconds is not None
            else "queries"
        )

    @property
    def ok(self) -> bool:
        return self.limit is None or (self.value is not None and self.value <= self.limit)

    def as_json(self) -> dict[str, Any]:
        """The entry of bench.json; figures that the case does not have are left out, the six of the form never."""
        form = {"seconds", "baseline_seconds", "limit", "database"}
        values = {key: value for key, value in asdict(self).items() if value is not None or key in form}
        return values | {"ratio": self.ratio, "unit": self.unit, "ok": self.ok}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Result:
        return cls(**{key: value for key, value in values.items() if key not in ("ratio", "unit", "ok")})


def median_of(run: Callable[[], float], runs: int) -> float:
    """Return the median of the seconds that a case says it took."""
    return median(run() for _ in range(runs))


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that some work takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def table(results: Iterable[Result]) -> str:
    """Write the results for a person: case, figure, baseline, limit, verdict."""
    lines = [f"{'项目':<34}{'数据库':<12}{'实测':>10}{'基准':>10}{'比值':>8}{'上限':>14}  结论"]
    for one in results:
        own = _figure(one.seconds, "s") or _figure(one.megabytes, "MB") or _figure(one.queries, "q")
        base = _figure(one.baseline_seconds, "s") or _figure(one.baseline_queries, "q")
        ratio = f"{one.ratio:.2f}" if one.ratio is not None else ""
        limit = f"{one.limit:.2f} {one.unit}" if one.limit is not None else ""
        verdict = "" if one.limit is None else "达标" if one.ok else "未达标"
        lines.append(f"{one.case:<36}{one.database:<14}{own:>12}{base:>12}{ratio:>9}{limit:>16}  {verdict}")
    return "\n".join(lines)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.3f}{unit}" if unit == "s" else f"{value:.0f}{unit}"
