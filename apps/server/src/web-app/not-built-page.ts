/** Shown in place of the web app where a clone was served without its set-up. */
export const notBuiltPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Holdfast: the web app is not built</title>
<h1>The web app is not built</h1>
<p>The server runs, and so does everything that it protects; only these pages are missing.
<p>In the folder of Holdfast, run <code>scripts/build-web</code>, then load this page again.
<p>Meanwhile the command line does all of it: <code>holdfast --help</code>. <a href="/docs">The API's reference</a>
</html>
`;
