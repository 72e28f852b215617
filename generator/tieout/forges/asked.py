"""What whoever collects says about the answers, since the answers do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """Names as tieout.yml and the registers have them."""

    repo: str  # that the answers speak of
    branches: tuple[str, ...] = ()  # on which changes count; none: any
    environments: Mapping[str, str] = field(default_factory=dict)  # ids by the forge's names; none: the forge's own
    pipeline: str = ""  # that makes the deployments of which a run is told
