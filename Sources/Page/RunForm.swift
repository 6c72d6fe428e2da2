import Measurement
import Runs

/// The form that starts a run. A browser sends forms as something else than JSON, and anything else than JSON is
/// refused on purpose (other sites' pages can send it too): so it takes JavaScript.
struct RunForm {
    let capabilities: Capabilities

    func html(_ site: Site) -> HTML {
        """
        <section class="start" aria-labelledby="start-title">
        <h2 id="start-title">Start a run</h2>
        <form id="start" data-start novalidate>
        <p class="faults" id="start-faults" role="alert" hidden></p>
        \(command)
        <details>
        <summary>Options: name, events, interval, timeout, baseline</summary>
        <div class="fields">
        \(texts.map(field))
        </div>
        \(events)
        </details>
        </form>
        <noscript><p class="note">Starting a run from this page takes JavaScript. Without it, a terminal does:</p>
        <pre><code>curl --json '{"command": ["sleep", "1"]}' -H "Authorization: Bearer $TOKEN" \(site.address)/runs</code></pre></noscript>
        </section>
        """
    }

    private var command: HTML {
        """
        <div class="command-field field">
        <label for="start-command">Command</label>
        <div class="line">
        <input id="start-command" name="command" data-pointer="/command" aria-describedby="start-command-fault start-command-hint"
         placeholder="gzip --best --keep /tmp/big.tar" autocomplete="off" autocapitalize="off" spellcheck="false" required>
        <button class="primary" data-needs-script disabled>Run</button>
        </div>
        <p class="fault" id="start-command-fault" hidden></p>
        <p class="hint" id="start-command-hint"><label><input type="checkbox" name="shell" checked> through the shell (/bin/sh -c)</label>;
         otherwise it is split at spaces, quotes kept together, and executed as it is.</p>
        </div>
        """
    }

    private struct Text {
        let name: String
        let label: String
        let hint: String
        let placeholder: String
    }

    private var texts: [Text] {
        [
            Text(name: "name", label: "Name", hint: "to find it again", placeholder: "compress, level 9"),
            Text(
                name: "interval", label: "Interval", hint: "between two samples, 100us to 1h",
                placeholder: DurationText.format(RunSpecification.defaultInterval)),
            Text(name: "timeout", label: "Timeout", hint: "after which it is ended", placeholder: "none"),
            Text(
                name: "baseline", label: "Baseline", hint: "to watch the idle machine first", placeholder: "none"),
        ]
    }

    private func field(_ text: Text) -> HTML {
        """
        <div class="field">
        <label for="start-\(text.name)">\(text.label)</label>
        <input id="start-\(text.name)" name="\(text.name)" data-pointer="/\(text.name)" placeholder="\(text.placeholder)"
         aria-describedby="start-\(text.name)-fault start-\(text.name)-hint" autocomplete="off" spellcheck="false">
        <p class="fault" id="start-\(text.name)-fault" hidden></p>
        <p class="hint" id="start-\(text.name)-hint">\(text.hint)</p>
        </div>

        """
    }
}

// MARK: - Events

extension RunForm {
    /// What this machine can count, to pick from. What is left out is on the page of the machine, with the reason.
    private var events: HTML {
        let usable = capabilities.events.filter { $0.availability.isUsable }
        let picked = usable.filter { $0.family == .hardware || $0.family == .software }
        return """
            <fieldset class="events" data-pointer="/events" aria-describedby="start-events-fault start-events-hint">
            <legend>Events</legend>
            <p class="hint" id="start-events-hint">None chosen: a default set. What this machine cannot count is missing here;
             <a href="/machine#events">Machine</a> says why.</p>
            <div class="choices">\(picked.map(choice))</div>
            <div class="field">
            <label for="start-more">More events</label>
            <input id="start-more" name="more" list="start-known" placeholder="sched:sched_switch, msr/tsc/"
             aria-describedby="start-events-fault" autocomplete="off" autocapitalize="off" spellcheck="false">
            <datalist id="start-known">\(usable.filter { !picked.contains($0) }.prefix(300).map(known))</datalist>
            </div>
            <p class="fault" id="start-events-fault" hidden></p>
            </fieldset>
            """
    }

    private func choice(_ event: EventCapability) -> HTML {
        """
        <label title="\(event.summary)"><input type="checkbox" name="event" value="\(event.name)"> \(event.name)</label>

        """
    }

    private func known(_ event: EventCapability) -> HTML {
        "<option value=\"\(event.name)\">\(event.summary)</option>"
    }
}
