#include "gronwall/report/stylesheet.hpp"

namespace gronwall {

std::string_view page_stylesheet() {
  return R"(
:root {
  color-scheme: light dark;
  --ink: #1c1f24; --muted: #5b626d; --line: #e1e3e8; --surface: #ffffff; --page: #f6f7f9; --link: #1d4fa8;
  --proved: #14703c; --proved-wash: #e4f4ea; --refuted: #b3261e; --refuted-wash: #fcebe9;
  --supported: #1b5f9e; --supported-wash: #e5f0fa; --inconclusive: #835800; --inconclusive-wash: #fbf1d9;
  --series-0: #2563b0; --series-1: #c2500f; --series-2: #11806a; --series-3: #8b3fc2; --series-4: #a0720a;
  --series-5: #b5326e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7e9ed; --muted: #a0a7b3; --line: #343942; --surface: #1d2026; --page: #15171b; --link: #8fb8ff;
    --proved: #6fd396; --proved-wash: #16301f; --refuted: #ff958b; --refuted-wash: #3a1c1a;
    --supported: #84bff5; --supported-wash: #152a3d; --inconclusive: #e8bd60; --inconclusive-wash: #33280f;
    --series-0: #6ea8f5; --series-1: #f0935a; --series-2: #4cc3a8; --series-3: #c090ee; --series-4: #d9ae4c;
    --series-5: #ee86b4;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 3rem 0 1rem; font-size: 1.45rem; }
h3 { margin: 0; font-size: 1.1rem; line-height: 1.35; }
h4 { margin: 0 0 0.25rem; font-size: 0.8rem; font-weight: 600; color: var(--muted); }
p, ul, dl, dd, figure { margin: 0; padding: 0; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, .number, .file { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: 0.875em; overflow-wrap: anywhere; }
.prose { white-space: pre-line; overflow-wrap: break-word; }
.brand { font-weight: 600; color: var(--muted); }
.lead { margin-top: 0.5rem; font-size: 1.15rem; }
.proved { --tone: var(--proved); --wash: var(--proved-wash); }
.refuted { --tone: var(--refuted); --wash: var(--refuted-wash); }
.supported { --tone: var(--supported); --wash: var(--supported-wash); }
.inconclusive { --tone: var(--inconclusive); --wash: var(--inconclusive-wash); }
.verdict { display: inline-block; padding: 0.05rem 0.55rem; border-radius: 1rem; white-space: nowrap;
  background: var(--wash); color: var(--tone); font-size: 0.875rem; font-weight: 600; }
.mark { display: inline-block; min-width: 1em; margin-right: 0.25em; text-align: center; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.75rem;
  margin-top: 1.5rem; list-style: none; }
.counts li { padding: 0.9rem 1rem; border: 1px solid var(--line); border-radius: 0.6rem; background: var(--surface); }
.count { margin-right: 0.3rem; font-size: 2rem; font-weight: 650; line-height: 1.1; color: var(--tone);
  font-variant-numeric: tabular-nums; }
.counts .verdict { vertical-align: 0.3rem; }
.meaning { display: block; margin-top: 0.3rem; font-size: 0.875rem; line-height: 1.4; color: var(--muted); }
.share { display: flex; gap: 2px; height: 0.5rem; margin-top: 0.75rem; overflow: hidden; border-radius: 0.25rem; }
.share div { min-width: 3px; background: var(--tone); }
.checker { margin-top: 1rem; padding: 0.8rem 1rem; border: 1px solid var(--tone); border-radius: 0.6rem;
  background: var(--wash); }
.checker strong { color: var(--tone); }
.checker.accepted { --tone: var(--proved); --wash: var(--proved-wash); }
.checker.rejected { --tone: var(--refuted); --wash: var(--refuted-wash); }
.checker.not-run { --tone: var(--inconclusive); --wash: var(--inconclusive-wash); }
.message { margin-top: 0.15rem; font-size: 0.9rem; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0.7rem 1.5rem;
  margin-top: 1.25rem; font-size: 0.9rem; }
.facts dd { overflow-wrap: anywhere; }
.facts .command { grid-column: 1 / -1; }
dt { font-size: 0.8rem; font-weight: 600; color: var(--muted); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.25rem; margin-top: 1.25rem; padding-top: 1rem;
  border-top: 1px solid var(--line); font-size: 0.95rem; list-style: none; }
nav li { color: var(--muted); font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; background: var(--surface); border: 1px solid var(--line);
  font-size: 0.9rem; line-height: 1.45; }
caption { padding-bottom: 0.6rem; text-align: left; font-size: 0.9rem; color: var(--muted); }
th, td { padding: 0.55rem 0.75rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { font-size: 0.8rem; font-weight: 600; color: var(--muted); }
tr.family th { padding-top: 1rem; background: var(--page); font-size: 1rem; font-weight: 650; }
.tally { margin-left: 0.5rem; font-size: 0.8rem; font-weight: 400; color: var(--muted); }
tr.claim th { width: 22%; font-weight: 400; }
tr.claim td:nth-of-type(1) { width: 36%; }
tr.claim td:nth-of-type(3) { width: 23%; }
.source { margin-top: 0.15rem; font-size: 0.8rem; color: var(--muted); }
.correction-note { margin-top: 0.35rem; padding-left: 0.6rem; border-left: 3px solid var(--proved); }
.none { color: var(--muted); }
section.claim { margin-top: 1rem; padding: 1.1rem 1.25rem 1.25rem; border: 1px solid var(--line);
  border-radius: 0.6rem; background: var(--surface); }
section.claim:target { border-color: var(--link); }
section.claim header { display: grid; grid-template-columns: 1fr auto; gap: 0.15rem 1rem; align-items: start; }
.origin { grid-column: 1 / -1; font-size: 0.875rem; color: var(--muted); overflow-wrap: anywhere; }
.statements { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; margin-top: 0.9rem; }
.statements.two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.statement { padding: 0.6rem 0.85rem 0.7rem; border-left: 4px solid var(--tone, var(--line)); background: var(--page); }
.statement .by { margin-top: 0.4rem; font-size: 0.9rem; }
.details { margin-top: 0.9rem; font-size: 0.95rem; }
.details div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 1rem; margin-top: 0.45rem; }
.details dt { padding-top: 0.1rem; }
.details dd { min-width: 0; }
.details ul { padding-left: 1.1rem; }
.details .evidence { padding-left: 0; list-style: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem;
  margin-top: 1.2rem; padding-top: 1rem; border-top: 1px solid var(--line); }
figure { min-width: 0; }
figcaption { margin-bottom: 0.5rem; font-size: 0.95rem; }
.note { color: var(--muted); font-size: 0.875rem; }
@media (max-width: 52rem) {
  main { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .counts { grid-template-columns: 1fr 1fr; }
  .statements.two { grid-template-columns: minmax(0, 1fr); }
  .details div { grid-template-columns: 1fr; gap: 0; margin-top: 0.6rem; }
  section.claim { padding: 0.9rem; }
  section.claim header { grid-template-columns: minmax(0, 1fr); justify-items: start; }
  table, caption, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table { background: none; border: 0; }
  tr.family th { padding: 1.2rem 0 0.5rem; border: 0; }
  tr.claim { padding: 0.7rem 0.75rem; background: var(--surface); border: 1px solid var(--line); border-top-width: 0; }
  tr.family + tr.claim { border-top-width: 1px; }
  tr.claim th, tr.claim td, tr.claim td:nth-of-type(n) { width: auto; padding: 0.15rem 0; border: 0; }
  tr.claim td::before { content: attr(data-label); display: block; margin-top: 0.25rem; font-size: 0.8rem;
    font-weight: 600; color: var(--muted); }
  .tally { display: block; margin-left: 0; }
}
@media print {
  :root {
    --ink: #000; --muted: #444; --line: #bbb; --surface: #fff; --page: #fff; --link: #000;
    --proved: #14703c; --refuted: #b3261e; --supported: #1b5f9e; --inconclusive: #835800;
    --proved-wash: #fff; --refuted-wash: #fff; --supported-wash: #fff; --inconclusive-wash: #fff;
    --series-0: #2563b0; --series-1: #c2500f; --series-2: #11806a; --series-3: #8b3fc2; --series-4: #a0720a;
    --series-5: #b5326e;
  }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  .verdict { border: 1px solid var(--tone); }
  .share, .plot, .statement { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, figure, .statement, .counts li { break-inside: avoid; }
  h2, h3, section.claim header { break-after: avoid; }
}
)";
}

}  // namespace gronwall
