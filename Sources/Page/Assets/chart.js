// One chart: a thin layer over dygraphs (of Debian's libjs-dygraphs), with a legend of our own that tells the values
// under the pointer and needs no inline styles.

import { amount, seconds } from "./format.js";

const { Dygraph } = window;
// Its own legend writes style attributes, which this page forbids.
if (Dygraph) Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

/** Whether charts can be drawn. */
export const canDraw = Boolean(Dygraph);

const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);

/** A colour of the style sheet as a canvas takes it. */
function colour(name) {
    probe.className = name;
    return getComputedStyle(probe).color;
}

export class Chart {
    /**
     * `actions.moved(from, to)` is called when somebody zooms or pans, `actions.whole()` when they want to see all again,
     * `actions.pointed(x)` when the pointer moves.
     */
    constructor(parent, title, unit, actions) {
        this.unit = unit;
        this.actions = actions;
        this.section = document.createElement("div");
        this.section.className = "chart";
        const heading = document.createElement("h3");
        heading.textContent = title;
        this.legend = document.createElement("p");
        this.legend.className = "legend";
        this.place = document.createElement("div");
        this.place.className = "plot";
        this.place.setAttribute("role", "img");
        this.place.setAttribute("aria-label", `${title} over time. The tables on this page tell the totals.`);
        this.section.append(heading, this.legend, this.place);
        parent.append(this.section);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    }

    /** Shows rows of [seconds, [minimum, mean, maximum, half the time it stands for], …] between two times. */
    show(labels, rows, from, to) {
        this.rows = rows;
        if (!rows.length) return;
        const options = { file: rows, labels: ["s", ...labels], dateWindow: [from, to], valueRange: [0, this.top(rows)], ...this.colours(labels.length) };
        if (this.graph && this.labels?.join("\n") === labels.join("\n")) this.quietly(() => this.graph.updateOptions(options));
        else this.make(labels, options);
        this.labels = labels;
        this.tell(null);
    }

    make(labels, { file, ...options }) {
        this.graph?.destroy();
        this.graph = new Dygraph(this.place, file, {
            ...options,
            customBars: true,
            connectSeparatedPoints: true,
            includeZero: true,
            strokeWidth: 1.5,
            fillAlpha: 0.2,
            highlightCircleSize: 3,
            axisLabelFontSize: 12,
            axes: {
                x: { axisLabelFormatter: (value, step, _, graph) => seconds(value, this.step(graph)), ticker: Dygraph.numericLinearTicks, pixelsPerLabel: 80 },
                y: { axisLabelFormatter: (value) => this.unit === "CPUs" ? String(Number(value.toPrecision(6))) : amount(value, ""), axisLabelWidth: 56 },
            },
            interactionModel: { ...Dygraph.defaultInteractionModel, dblclick: () => this.actions.whole() },
            highlightCallback: (_, x) => this.actions.pointed(x),
            unhighlightCallback: () => this.actions.pointed(null),
            drawCallback: (graph, isFirst) => {
                if (isFirst || this.isQuiet) return;
                const [from, to] = graph.xAxisRange();
                this.actions.moved(from, to);
            },
        });
    }

    step(graph) {
        const [from, to] = graph.xAxisRange();
        return (to - from) / 10;
    }

    quietly(action) {
        this.isQuiet = true;
        action();
        this.isQuiet = false;
    }

    /** Moves to other times without telling. */
    move(from, to) {
        if (this.graph) this.quietly(() => this.graph.updateOptions({ dateWindow: [from, to] }));
    }

    /** Marks what is nearest to a time; null for nothing. */
    point(x) {
        if (!this.graph || !this.rows?.length) return;
        const index = x === null ? -1 : nearest(this.rows, x);
        if (index >= 0) this.graph.setSelection(index);
        else this.graph.clearSelection();
        this.tell(index < 0 ? null : this.rows[index][0]);
    }

    /** The legend, with the values at a time. */
    tell(x) {
        const entries = (this.labels ?? []).map((label, index) => {
            const entry = document.createElement("span");
            const swatch = document.createElement("i");
            swatch.className = `swatch series-${index % 6 + 1}`;
            entry.append(swatch, label);
            const value = x === null ? null : this.value(x, index + 1);
            if (x !== null) entry.append(" ", text("b", value ? amount(value[1], this.unit) : "not measured"));
            if (value && value[0] !== value[2]) {
                entry.append(" ", text("small", `${amount(value[0], this.unit)} to ${amount(value[2], this.unit)}`));
            }
            return entry;
        });
        if (x !== null) entries.unshift(text("span", seconds(x, this.graph ? this.step(this.graph) / 100 : 0.001)));
        this.legend.replaceChildren(...entries);
    }

    /**
     * Where the axis ends: twice the greatest mean where extremes go beyond that, as in the server's picture. Sampled as
     * fast as energy counters move, an interval may be shorter than one step of theirs, and its power beyond all reason.
     */
    top(rows) {
        const values = rows.flatMap((row) => row.slice(1)).filter(Boolean);
        const [mean, most] = [1, 2].map((place) => Math.max(...values.map((value) => value[place])));
        return mean > 0 && most > 2 * mean ? 2 * mean : null;
    }

    /** The value of a column that stands for a time; columns may have their points at times of their own. */
    value(x, column) {
        const place = nearest(this.rows, x);
        for (const step of [-1, 1]) {
            let index = place;
            while (this.rows[index] && !this.rows[index][column]) index += step;
            const [middle, value] = [this.rows[index]?.[0], this.rows[index]?.[column]];
            if (value && Math.abs(x - middle) <= value[3] * 1.001) return value;
        }
        return null;
    }

    colours(count) {
        return {
            colors: Array.from({ length: count }, (_, index) => colour(`series-${index % 6 + 1}`)),
            gridLineColor: colour("grid"),
            axisLineColor: colour("axis"),
        };
    }

    recolour() {
        if (this.graph) this.quietly(() => this.graph.updateOptions(this.colours(this.labels.length)));
    }

    /** How many pixels there are to draw on. */
    get width() {
        return this.place.clientWidth || 800;
    }
}

function text(name, content) {
    const element = document.createElement(name);
    element.textContent = content;
    return element;
}

function nearest(rows, x) {
    let low = 0;
    let high = rows.length - 1;
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (rows[middle][0] < x) low = middle;
        else high = middle;
    }
    return x - rows[low][0] <= rows[high][0] - x ? low : high;
}
