// Power of several runs in one chart, aligned at their starts.

import "./live.js";
import { canDraw, Chart } from "./chart.js";
import { fetchSeries, nameOf } from "./series.js";

const figure = document.getElementById("charts");
if (figure && canDraw) draw().catch(() => {});

async function draw() {
    const places = [...figure.querySelectorAll("[data-series]")];
    const width = figure.clientWidth || 800;
    const answers = await Promise.all(places.map((place) => fetchSeries(place.dataset.series, width)));
    const domains = [...new Set(answers.flatMap((answer) => power(answer).map(nameOf)))];
    if (!domains.length) return;
    const end = Math.max(...answers.map((answer) => answer.to_seconds));
    const labels = places.map((place) => place.dataset.name);
    const choice = chooser(domains);
    const chart = new Chart(figure, "Power, W", "W", { moved() {}, whole: () => chart.move(0, end), pointed: (x) => chart.point(x) });
    const show = () => chart.show(labels, together(answers, choice.value), 0, end);
    choice.addEventListener("change", show);
    for (const place of places) place.hidden = true;
    show();
}

function power(answer) {
    return answer.series.filter((series) => series.unit === "W" && !series.attributes?.part);
}

function chooser(domains) {
    const label = document.createElement("label");
    label.textContent = "Domain ";
    const choice = document.createElement("select");
    const first = domains.find((name) => name.startsWith("package")) ?? domains[0];
    choice.append(...domains.map((name) => new Option(name, name, name === first, name === first)));
    label.append(choice);
    figure.prepend(label);
    return choice;
}

/** Rows of all runs on one axis; where a run has no point there is none. */
function together(answers, domain) {
    const table = [];
    answers.forEach((answer, column) => {
        const series = power(answer).find((one) => nameOf(one) === domain);
        series?.mean.forEach((mean, index) => {
            if (mean === null) return;
            const before = index ? answer.seconds[index - 1] : answer.from_seconds;
            const after = answer.seconds[index];
            const row = [(before + after) / 2, ...answers.map(() => null)];
            row[column + 1] = [series.minimum[index], mean, series.maximum[index], (after - before) / 2];
            table.push(row);
        });
    });
    return table.sort((one, other) => one[0] - other[0]);
}
