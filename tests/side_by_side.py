"""How tests are shared out among processes: a file stays in one, and one of them begins with those of the browser.

So what a file has set up is set up once, and two browsers run beside each other only when nothing else is left.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

BROWSER = "tests/browser/"


class Rooms(LoadScopeScheduling):
    """Files in the order they were found, the browser's to the first process before all others."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        with_browser = node is self.nodes[0]
        fitting = (file for file in self.workqueue if file.startswith(BROWSER) == with_browser)
        if first := next(fitting, None):
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)
