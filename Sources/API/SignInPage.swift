import HTTPServer

/// What a browser shows to somebody who has not signed in.
enum SignInPage {
    /// The problem as a page, with the same status and headers.
    static func response(to problem: HTTPProblem) -> HTTPResponse {
        var response = HTTPResponse(status: problem.status, headers: problem.headers, body: .text(page(problem)))
        response.headers["Content-Type"] = "text/html; charset=utf-8"
        response.headers["Content-Security-Policy"] =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return response
    }

    /// Nothing of the request stands in it.
    private static func page(_ problem: HTTPProblem) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Sign in · Ergometer</title>
        <link rel="stylesheet" href="/assets/ergometer.css">
        </head>
        <body>
        <main>
        <h1>Sign in</h1>
        <p>This server runs commands, so it wants to know who asks.</p>
        <p>Open the link that it printed when it started, or the one that this prints on its machine:</p>
        <pre><code>ergometer token</code></pre>
        <p>The link ends in <code>/?token=…</code> and leaves a cookie in this browser. Paste it into the address bar:
        from a page of another site it does not work.</p>
        </main>
        </body>
        </html>

        """
    }
}
