// The charts of a run: power, CPUs and events on one axis of time. Whoever zooms gets finer data from the server.

import { canDraw, Chart } from "./chart.js";
import { fetchSeries, nameOf, rows } from "./series.js";

export class Charts {
    constructor(figure) {
        this.figure = figure;
        this.address = figure.dataset.series;
        this.range = null;
        this.charts = new Map();
        this.event = null;
    }

    /** Fetches and draws; where that cannot be, the server's picture stays. */
    async refresh() {
        if (!canDraw) return;
        const wanted = this.range;
        const margin = wanted ? (wanted[1] - wanted[0]) / 2 : 0;
        let answer;
        try {
            answer = wanted
                ? await fetchSeries(this.address, 2 * this.width, wanted[0] - margin, Math.min(wanted[1] + margin, this.end))
                : await fetchSeries(this.address, this.width);
        } catch {
            return;
        }
        if (wanted !== this.range || !answer.series.length) return;
        if (!wanted) this.end = answer.to_seconds;
        this.answer = answer;
        this.draw();
    }

    get width() {
        return this.figure.clientWidth || 800;
    }

    draw() {
        const { series } = this.answer;
        this.equip();
        this.show("Power", "W", series.filter((one) => one.unit === "W" && isShown(one.attributes ?? {})));
        this.show("CPU", "CPUs", series.filter((one) => one.unit === "CPU"));
        this.showEvents(series.filter((one) => one.unit === "1/s"));
        this.warn(this.answer.damages);
    }

    /** Says of which times the stored measurements cannot be read; where no frame follows, not even the mean is known. */
    warn(damages) {
        this.hint.textContent = damages.map(({ from_seconds, to_seconds, reason }) =>
            `From ${from_seconds.toPrecision(4)} s to ${to_seconds.toPrecision(4)} s ${to_seconds < this.answer.to_seconds ? "only the mean" : "nothing"} is known: ${reason}`).join(" ");
    }

    /** The toolbar, once there is something to draw. */
    equip() {
        if (this.tools) return;
        const picture = document.getElementById("picture");
        picture.hidden = true;
        delete picture.dataset.live;
        this.tools = document.createElement("div");
        this.tools.className = "tools";
        this.tools.setAttribute("role", "toolbar");
        this.tools.setAttribute("aria-label", "Section of time");
        for (const [label, change] of [
            ["Zoom in", (from, to) => [from + (to - from) / 4, to - (to - from) / 4]],
            ["Zoom out", (from, to) => [from - (to - from) / 2, to + (to - from) / 2]],
            ["Earlier", (from, to) => [from - (to - from) / 2, to - (to - from) / 2]],
            ["Later", (from, to) => [from + (to - from) / 2, to + (to - from) / 2]],
            ["Whole run", () => null],
        ]) {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = label;
            button.addEventListener("click", () => this.turn(change));
            this.tools.append(button);
        }
        const hint = document.createElement("small");
        hint.textContent = "Drag to zoom, shift and drag to pan, double-click for the whole run.";
        this.tools.append(hint);
        this.hint = document.createElement("p");
        this.hint.className = "hint";
        this.figure.prepend(this.tools, this.hint);
    }

    turn(change) {
        const next = change(...(this.range ?? [0, this.end]));
        if (next) this.move(...next);
        else this.whole();
    }

    whole() {
        this.range = null;
        for (const chart of this.charts.values()) chart.move(0, this.end);
        this.refresh();
    }

    /** Goes to a section of the run, in all charts, and fetches it. */
    move(from, to) {
        const span = Math.min(Math.max(to - from, 1e-5), this.end);
        const start = Math.min(Math.max(0, from), this.end - span);
        if (span >= this.end * 0.999) return this.whole();
        this.range = [start, start + span];
        for (const chart of this.charts.values()) chart.move(...this.range);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.refresh(), 120);
    }

    show(title, unit, list) {
        if (!list.length) return;
        let chart = this.charts.get(title);
        if (!chart) {
            chart = new Chart(this.figure, `${title}, ${unit}`, unit, {
                moved: (from, to) => this.move(from, to),
                whole: () => this.whole(),
                pointed: (x) => this.point(x),
            });
            this.charts.set(title, chart);
        }
        const [from, to] = this.range ?? [0, this.end];
        chart.show(list.map(nameOf), rows(this.answer, list), from, to);
        return chart;
    }

    point(x) {
        for (const chart of this.charts.values()) chart.point(x);
    }

    /** One event at a time: their rates differ by orders of magnitude. */
    showEvents(list) {
        if (!list.length) return;
        const names = list.map(nameOf);
        const busiest = () => names[list.reduce((best, one, index) => total(one) > total(list[best]) ? index : best, 0)];
        if (!names.includes(this.event)) this.event = busiest();
        const chart = this.show("Events", "/s", [list[names.indexOf(this.event)]]);
        if (!this.choice) this.choose(chart);
        if (this.choice.length === names.length) return;
        this.choice.replaceChildren(...names.map((name) => new Option(name, name, name === this.event, name === this.event)));
    }

    choose(chart) {
        const label = document.createElement("label");
        label.textContent = "Event ";
        this.choice = document.createElement("select");
        this.choice.addEventListener("change", () => {
            this.event = this.choice.value;
            this.draw();
        });
        label.append(this.choice);
        chart.legend.before(label);
    }
}

/** Of the parts only what the run drew of the packages: more lines nobody could tell apart. */
function isShown({ domain, part }) {
    return !part || (domain === "package" && (part === "dynamic" || part === "upper_bound"));
}

function total(series) {
    return series.mean.reduce((sum, value) => sum + (value ?? 0), 0);
}
