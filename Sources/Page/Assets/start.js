// The form that starts a run. Every fault that the server finds is shown beside its field.

const texts = ["name", "interval", "timeout", "baseline"];

/** Makes the form work; without a form nothing happens. */
export function enliven(form) {
    if (!form) return;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit(form);
    });
}

async function submit(form) {
    clear(form);
    const button = form.querySelector("button.primary");
    button.disabled = true;
    try {
        const answer = isSplittable(form) ? await start(specification(form)) : unbalanced;
        if (answer.location) location.assign(answer.location);
        else show(form, answer);
    } catch {
        showWhole(form, "The server does not answer.");
    } finally {
        button.disabled = false;
    }
}

/** Submits a specification. Answers where the run is, or what is wrong. */
export async function start(specification) {
    const response = await fetch("/runs", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(specification),
    });
    if (response.status === 201) return { location: response.headers.get("Location") };
    return await response.json();
}

/** What the form asks for; what is left empty is left out. */
function specification(form) {
    const fields = form.elements;
    const wanted = { command: fields.shell.checked ? fields.command.value : words(fields.command.value) };
    for (const name of texts) if (fields[name].value.trim()) wanted[name] = fields[name].value.trim();
    const events = [...form.querySelectorAll("input[name=event]:checked")].map((box) => box.value);
    const all = [...events, ...names(fields.more.value)];
    if (all.length) wanted.events = all;
    return wanted;
}

const word = /(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/g;

/** What the server would say of a quote without its partner, if it saw one. */
const unbalanced = {
    title: "Invalid command", detail: "nothing was run.",
    errors: [{ pointer: "/command", detail: "command has a quote without its partner" }],
};

function isSplittable(form) {
    return form.elements.shell.checked || !/["']/.test(form.elements.command.value.replace(word, ""));
}

/** Splits at spaces; quotes keep together what is between them. */
export function words(line) {
    const found = [];
    for (const match of line.matchAll(word)) {
        found.push(match[0].replace(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, (_, double, single) =>
            single ?? double.replace(/\\(["\\$`])/g, "$1")));
    }
    return found;
}

/** Names between commas; those within slashes, as in cpu/event=1,umask=2/, keep theirs. */
function names(text) {
    return [...text.matchAll(/(?:[^,\s/]|\/[^/]*\/)+/g)].map((match) => match[0]);
}

function clear(form) {
    for (const fault of form.querySelectorAll(".fault, .faults")) {
        fault.hidden = true;
        fault.textContent = "";
    }
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function show(form, problem) {
    let first = null;
    const rest = [];
    for (const fault of problem.errors ?? []) {
        const field = [...form.querySelectorAll("[data-pointer]")].find((field) =>
            fault.pointer === field.dataset.pointer || fault.pointer.startsWith(field.dataset.pointer + "/"));
        if (!field) {
            rest.push(fault.detail);
            continue;
        }
        const place = form.querySelector(`#start-${field.dataset.pointer.slice(1)}-fault`);
        place.textContent = place.hidden ? fault.detail : `${place.textContent} · ${fault.detail}`;
        place.hidden = false;
        const input = field.matches("fieldset") ? field.querySelector("#start-more") : field;
        input.setAttribute("aria-invalid", "true");
        field.closest("details")?.setAttribute("open", "");
        first ??= input;
    }
    showWhole(form, [`${problem.title}: ${problem.detail}`, ...rest].join(" "));
    first?.focus();
}

function showWhole(form, text) {
    const whole = form.querySelector(".faults");
    whole.textContent = text;
    whole.hidden = false;
}
