// Told and hears what core/web/frame.py says; it is called again whenever that changes.
// The listeners are set once for good, so that none is missed while the page is drawn anew.
const found = (name) => document.querySelector(`[data-testid=${name}]`)
let heard = () => {}, measured = () => {}, painted = () => {}, returned = () => {}, away = false, waiting, looking, early
window.addEventListener("popstate", () => {
    early = undefined
    // Another page is Streamlit's own doing: a word from here would ask for the page that is being left.
    if (named(location) === document.documentElement.dataset.page) heard()
})

// The server writes an address once before and once after it has drawn another page: one step of the visitor, so one
// step for Back too. And the address may come before the page it is of (core/web/address.py says which): it waits.
let switched = false
const push = window.history.pushState.bind(window.history)
const named = (address) => address.pathname.split("/").pop()
window.history.pushState = (state, title, url) => {
    const to = new URL(url, location.href), page = to.searchParams.get("_page")
    if (to.pathname !== location.pathname) {
        push(state, title, early?.page === named(to) ? to.pathname + early.search : url)
        early = undefined
        switched = true
    } else if (page) { // without it, it is Streamlit that empties the address of a page it leaves
        to.searchParams.delete("_page")
        if (page !== named(to)) early = { page, search: to.search }
        else if (switched) window.history.replaceState(state, title, to)
        else push(state, title, to)
    }
}
for (const deed of ["pointerdown", "keydown"]) window.addEventListener(deed, () => { switched = false }, true)
const first = new URL(location.href) // as written before this was loaded
if (first.searchParams.has("_page")) {
    first.searchParams.delete("_page")
    window.history.replaceState(window.history.state, "", first)
}

const widths = new ResizeObserver(() => {
    clearTimeout(waiting)
    waiting = setTimeout(() => measured(), 200) // a sidebar that slides is measured when it stands
})

const themes = new MutationObserver(() => painted())

// A server that was started again knows nothing of this page, and Streamlit asks it for nothing until something is
// moved: that move would be lost, for it would begin with the address.
const lines = new MutationObserver(() => {
    const connected = found("stApp").dataset.testConnectionState === "CONNECTED"
    if (connected && away) returned()
    away = !connected
})

// What scrolls sideways can be reached by keyboard: formulas, and tables on a phone.
const drawn = new MutationObserver(() => {
    clearTimeout(looking)
    looking = setTimeout(() => { letReach(); tell() }, 300)
})

function letReach() {
    for (const each of document.querySelectorAll(".katex-display, [data-testid=stTable] > div")) {
        if (each.scrollWidth > each.clientWidth) each.tabIndex = 0
        else each.removeAttribute("tabindex")
    }
}

// Who does not see it hears how far a job is: that it has begun, each quarter, and that it has ended.
const told = document.body.appendChild(document.createElement("div"))
told.className = "gatescope-told"
told.role = "status"
let quarter = -1, place = "", ended = "", silent

function tell() {
    const bar = document.querySelector("[data-testid=stMain] [data-testid=stProgress] [role=progressbar]")
    const now = bar ? Math.floor(bar.getAttribute("aria-valuenow") / 25) : -1
    const stayed = place === document.documentElement.dataset.page
    if (bar ? now !== quarter : quarter >= 0 && stayed) {
        told.textContent = bar ? found("stProgress").innerText : ended
        clearTimeout(silent)
        silent = setTimeout(() => { told.textContent = "" }, 3000) // who reads on does not come upon old news
    }
    quarter = now
    place = document.documentElement.dataset.page
}

// A word for style.css; said again, even the same one has the browser work out the style of everything on the page.
function put(name, value) {
    const { style } = document.documentElement
    if (style.getPropertyValue(name) !== value) style.setProperty(name, value)
}

function openAtDials() {
    found("stExpandSidebarButton")?.click()
    setTimeout(() => {
        const dials = found("stSidebarUserContent")
        dials.tabIndex = -1
        dials.focus({ preventScroll: true })
        dials.scrollIntoView()
    }, 400) // the drawer has slid in
}

export default function ({ data, setStateValue, parentElement }) {
    const main = found("stMain"), page = document.documentElement, button = parentElement.querySelector("button")
    page.lang = data.lang
    ended = data.ended
    heard = () => setStateValue("popped", Date.now())
    returned = () => setStateValue("returned", Date.now())
    measured = () => {
        const room = Math.max(...data.rooms.filter((least) => least <= main.clientWidth))
        page.dataset.room = room
        letReach()
        if (room !== data.room) setStateValue("room", room)
    }
    widths.observe(main) // reports once at the beginning too
    drawn.observe(main, { childList: true, subtree: true })
    painted = () => {
        const { backgroundColor, colorScheme } = getComputedStyle(found("stApp"))
        put("--page", backgroundColor)
        if ((colorScheme === "dark") !== data.dark) setStateValue("dark", !data.dark)
    }
    painted()
    themes.observe(found("stApp"), { attributeFilter: ["class"] })
    lines.observe(found("stApp"), { attributeFilter: ["data-test-connection-state"] })
    button.textContent = data.dials
    button.onclick = openAtDials
    // What style.css writes with
    put("--pages", JSON.stringify(data.pages))
    put("--dials", JSON.stringify(data.dials))
    if (page.dataset.page !== data.page) main.scrollTo(0, 0) // another page begins at its top
    page.dataset.page = data.page
}
