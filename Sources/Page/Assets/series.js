// Measurements of a run, reduced by the server to about one value per pixel, as rows for charts.

/** Fetches what lies between two times (in seconds; nothing for the whole run). */
export async function fetchSeries(address, points, from, to) {
    const query = new URLSearchParams({ points: String(Math.max(1, Math.min(4000, Math.round(points)))) });
    if (from !== undefined) query.set("from", `${Math.max(0, from).toFixed(6)}s`);
    if (to !== undefined) query.set("to", `${to.toFixed(6)}s`);
    const response = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return await response.json();
}

/** What a series is called: its domain or its event, and what tells it from its neighbours. */
export function nameOf(series) {
    const attributes = series.attributes ?? {};
    const place = series.resource?.id ? ` ${series.resource.id}` : "";
    if (attributes.part === "dynamic") return `${attributes.domain}${place}, the run’s`;
    if (attributes.part) return `${attributes.domain}${place}, ${attributes.part.replace("_", " ")}`;
    if (attributes.domain) return `${attributes.domain}${place}`;
    if (series.metric === "cpu_busy_time") return `all, package${place}`;
    if (series.metric === "cpu_time") return `the run, package${place}`;
    const words = series.metric.split("_");
    const name = words[0] === "perf" ? words.slice(2).join("_") : series.metric;
    const modifiers = attributes.modifiers ? `:${attributes.modifiers}` : "";
    return `${name}${modifiers}${attributes.pmu ? ` (${attributes.pmu})` : ""}${place}`;
}

/**
 * Rows of [seconds, [minimum, mean, maximum, half], …], one column for each series. A value stands for the time since the
 * edge before: it is drawn in the middle of that, and half of it is how far it reaches.
 */
export function rows(answer, list) {
    const table = new Map();
    list.forEach((series, column) => {
        const edges = series.seconds ?? answer.seconds;
        edges.forEach((edge, index) => {
            if (series.mean[index] === null) return;
            const before = index ? edges[index - 1] : answer.from_seconds;
            const middle = (before + edge) / 2;
            if (!table.has(middle)) table.set(middle, [middle, ...list.map(() => null)]);
            table.get(middle)[column + 1] = [
                series.minimum[index], series.mean[index], series.maximum[index], (edge - before) / 2,
            ];
        });
    });
    return [...table.values()].sort((one, other) => one[0] - other[0]);
}
