/** Style of the pages the server renders itself: sign-in, account, API description, messages. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #16181d; --quiet: #5b6270; --line: #d9dce3; --panel: #f5f6f8;
  --accent: #1f5fd0; --on-accent: #fff; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ground: #111318; --text: #e8eaf0; --quiet: #a2a9b8; --line: #2c313c;
  --panel: #191c23; --accent: #7eabff; --on-accent: #0b1220; --bad: #ff9a8f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 Inter, system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 880px; margin: 0 auto; padding: 32px 20px 64px; }
main.narrow { max-width: 400px; padding-top: 12vh; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 20px; margin: 40px 0 8px; border-top: 1px solid var(--line); padding-top: 24px; }
h3 { font-size: 16px; margin: 24px 0 4px; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
p { margin: 0 0 12px; }
.quiet { color: var(--quiet); }
.bad { color: var(--bad); }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, monospace; font-size: 12px; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 0 0 12px; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; }
label { display: block; margin: 0 0 12px; }
input { display: block; width: 100%; margin-top: 4px; padding: 8px; font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--line); border-radius: 6px; }
button { padding: 8px 16px; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0;
  border-radius: 6px; cursor: pointer; min-height: 36px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
nav ul { columns: 2; padding-left: 20px; }
.method { font-weight: 600; color: var(--accent); }
`;
