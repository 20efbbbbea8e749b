"""Many questions at once: a plan of runs, how far they are, and what came of them with the luck in it counted."""

from core.web import handing, page
from core.web.sweep import asked, form, going, results
from core.web.text import _

LEAD = _(
    "Ask many questions at once and see the answers beside each other. The winner is chosen on training days held back "
    "for that, then judged on the test part, and all runs are counted as tries."
)
current = page.open_page(_("What if"), needs="", lead=LEAD)
form.form(current)
if wanted := asked.asked():
    if found := going.stand(wanted):
        going.panel(found)
        going.while_running(found, lambda now: results.results(now, page.style()))
    words = handing.Words(
        too_long=_("This plan does not fit into an address of {most} characters: save it as a file to hand it on."),
        holds=_("The address of this page holds the plan and what is shown of it: copy it to hand it on."),
        open_file=_("Open a file of a plan"),
    )
    handing.handing("sweep", "gatescope-sweep", words)
