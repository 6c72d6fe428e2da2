// Keeps the parts of a page that change up to date: the page is fetched again as the server renders it, and the
// elements marked data-live are replaced. What was ticked stays ticked, what had the focus keeps it.

document.documentElement.classList.add("script");

const known = new Map();

// What is pressed or marked is left alone: a click begins and ends on the same element.
let isPressed = false;
addEventListener("pointerdown", () => { isPressed = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { isPressed = false; }, true);

function isInUse(element) {
    const selection = getSelection();
    return isPressed || (!selection.isCollapsed && element.contains(selection.anchorNode));
}

/** Tells those who do not see the page. */
export function announce(text) {
    document.getElementById("news").textContent = text;
}

/** Fetches the page and replaces what has changed. Answers whether it could. */
export async function refresh() {
    let response;
    try {
        response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    } catch {
        return false;
    }
    if (response.status === 401) location.reload();
    if (!response.ok) return false;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const changed = [];
    for (const element of document.querySelectorAll("[data-live]")) {
        const replacement = fresh.getElementById(element.id);
        if (!replacement) continue;
        const markup = replacement.outerHTML;
        if (known.get(element.id) === markup || isInUse(element)) continue;
        const isFirst = !known.has(element.id);
        known.set(element.id, markup);
        if (isFirst && markup === element.outerHTML) continue;
        replace(element, replacement);
        changed.push(element.id);
    }
    if (changed.length) document.dispatchEvent(new CustomEvent("refreshed", { detail: changed }));
    return true;
}

function replace(old, fresh) {
    const focused = old.contains(document.activeElement) ? placeOf(document.activeElement, old) : null;
    for (const box of old.querySelectorAll("input[type=checkbox]")) {
        const twin = find(fresh, box);
        if (twin) twin.checked = box.checked;
    }
    for (const details of old.querySelectorAll("details[id]")) {
        const twin = fresh.querySelector(`#${CSS.escape(details.id)}`);
        if (twin) twin.open = details.open;
    }
    const scrolled = [...old.querySelectorAll("pre[id], .wide")].map((box) => [box.scrollLeft, box.scrollTop, atEnd(box)]);
    old.replaceWith(fresh);
    [...fresh.querySelectorAll("pre[id], .wide")].forEach((box, index) => {
        if (!scrolled[index]) return;
        box.scrollLeft = scrolled[index][0];
        box.scrollTop = scrolled[index][2] ? box.scrollHeight : scrolled[index][1];
    });
    if (focused) focused(fresh)?.focus({ preventScroll: true });
}

function atEnd(box) {
    return box.scrollTop + box.clientHeight >= box.scrollHeight - 4;
}

function find(root, box) {
    return root.querySelector(`input[name="${CSS.escape(box.name)}"][value="${CSS.escape(box.value)}"]`);
}

/** How to find an element's twin: by its id, its address or its place. */
function placeOf(element, root) {
    if (element.id) return (fresh) => (fresh.id === element.id ? fresh : fresh.querySelector(`#${CSS.escape(element.id)}`));
    if (element.type === "checkbox") return (fresh) => find(fresh, element);
    const place = [...root.querySelectorAll(element.localName)].indexOf(element);
    return (fresh) => fresh.querySelectorAll(element.localName)[place];
}

/**
 * Does something, and answers how long to wait before it is done again: `least` milliseconds, and ten times what it took,
 * because the server measures the machine that it runs on.
 */
export async function paced(least, work) {
    const began = performance.now();
    await work();
    return Math.max(least, 10 * (performance.now() - began));
}

/** Refreshes again and again while somebody looks; `interval` in milliseconds, at most that often. */
export function keepFresh(interval) {
    const turn = async () => setTimeout(turn, document.hidden ? interval : await paced(interval, refresh));
    setTimeout(turn, interval);
}
