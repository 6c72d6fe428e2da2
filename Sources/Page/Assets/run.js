// The page of a run: follows it while it goes on, and does what the buttons say.

import { Charts } from "./charts.js";
import { announce, paced, refresh } from "./live.js";
import { start } from "./start.js";

const path = document.querySelector("[data-run]").dataset.run;
const charts = new Charts(document.getElementById("charts"));
const state = () => document.getElementById("state").dataset.state;

charts.refresh();
if (state() !== "finished") follow();

/** Each event says that there is news; the page itself says what. At most twice a second. */
function follow() {
    let isBusy = false;
    let isWanted = false;
    const turn = async () => {
        // The timer makes up for it.
        if (document.hidden) return;
        if (isBusy) {
            isWanted = true;
            return;
        }
        isBusy = true;
        isWanted = false;
        const pause = await paced(500, async () => {
            await refresh();
            if (!charts.range) await charts.refresh();
            // The server's picture, where that is the one shown: it is drawn anew, which takes its time.
            await document.querySelector("#picture[data-live] img")?.decode().catch(() => {});
        });
        if (state() === "finished") end();
        setTimeout(() => {
            isBusy = false;
            if (isWanted) turn();
        }, pause);
    };
    const events = new EventSource(`${path}/events`);
    for (const name of ["state", "progress", "finished"]) events.addEventListener(name, turn);
    // Too many follow already, or the server went away: look now and then.
    const timer = setInterval(turn, 2000);
    const end = () => {
        events.close();
        clearInterval(timer);
        announce(document.querySelector("#state .standing").textContent);
    };
}

document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    if (button) actions[button.dataset.action](button);
});

const actions = {
    async cancel(button) {
        button.disabled = true;
        await attempt(fetch(`${path}/cancel`, { method: "POST" }));
        await refresh();
    },

    async again(button) {
        button.disabled = true;
        const answer = await start(JSON.parse(button.dataset.specification)).catch(() => ({ title: "The server does not answer" }));
        if (answer.location) return location.assign(answer.location);
        button.disabled = false;
        complain(`${answer.title}: ${answer.detail ?? ""}`);
    },

    async delete() {
        if (!confirm("Delete this run and its measurements for good?")) return;
        if (await attempt(fetch(path, { method: "DELETE" }))) location.assign("/");
    },

    /** The server's picture, drawn on a canvas twice as fine. */
    async picture(button) {
        const image = new Image();
        image.src = `${path}/power.svg`;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = 2 * (image.naturalWidth || 900);
        canvas.height = 2 * (image.naturalHeight || 320);
        const context = canvas.getContext("2d");
        context.fillStyle = getComputedStyle(document.body).backgroundColor;
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        const link = document.createElement("a");
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
        link.href = URL.createObjectURL(blob);
        link.download = button.dataset.name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    },
};

async function attempt(request) {
    const response = await request.catch(() => null);
    if (response?.ok) return true;
    const problem = await response?.json().catch(() => null);
    complain(problem?.detail ?? "The server does not answer.");
    return false;
}

function complain(text) {
    let place = document.getElementById("complaint");
    if (!place) {
        place = document.createElement("p");
        place.id = "complaint";
        place.className = "faults";
        place.setAttribute("role", "alert");
        document.getElementById("state").after(place);
    }
    place.textContent = text;
}
