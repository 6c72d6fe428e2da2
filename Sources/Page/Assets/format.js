// Numbers as people read them; the server does the same for what it renders.

const prefixes = ["n", "µ", "m", "", "k", "M", "G", "T"];

/** Four significant digits, a prefix and the unit: 12.34 kW. */
export function amount(value, unit) {
    if (value === null || value === undefined || Number.isNaN(value)) return "not measured";
    let power = 0;
    while (power < 4 && Math.abs(value) / 1000 ** power >= 999.95) power += 1;
    while (power > (unit.endsWith("/s") ? 0 : -3) && value !== 0 && Math.abs(value) / 1000 ** power < 0.99995) power -= 1;
    const prefix = prefixes[power + 3];
    return `${Number((value / 1000 ** power).toPrecision(4))}\u202f${prefix}${unit}`;
}

/** Seconds since the start, as many digits as a step of that size can be told apart by. */
export function seconds(value, step) {
    const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(Math.max(step, 1e-6)))));
    return `${value.toFixed(digits)} s`;
}
