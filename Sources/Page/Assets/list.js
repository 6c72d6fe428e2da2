// The list of runs: stays up to date, and says when a run has ended.

import { announce, keepFresh } from "./live.js";
import { enliven } from "./start.js";

enliven(document.querySelector("[data-start]"));

let states = statesOfRuns();

function statesOfRuns() {
    return new Map([...document.querySelectorAll("#list tr[id]")].map((row) => [row.id, row.querySelector("[data-state]")]));
}

document.addEventListener("refreshed", () => {
    const now = statesOfRuns();
    for (const [id, cell] of now) {
        const before = states.get(id);
        if (before && before.dataset.state !== "finished" && cell.dataset.state === "finished") {
            const name = document.querySelector(`#${CSS.escape(id)} th a`).textContent;
            announce(`${name}: ${cell.textContent}`);
        }
    }
    states = now;
});

keepFresh(2000);
