// The style sheet of a report: light, for screens from 360 pixels on, and for
// paper.

#pragma once

namespace pulsetaker::assessment::report {

// Holds no "<" and no "&", so it is the same in HTML and XML.
inline constexpr char kStyle[] = R"css(
:root{--ink:#17212b;--soft:#475563;--rule:#c9d1d9;--tint:#eef3f6;
--deep:#0b5c6b;--mid:#7fb3bd;--warn:#8a3a00}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;
overflow-wrap:break-word}
main,header,footer{max-width:50rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.9rem;line-height:1.15;margin:0 0 .25rem}
h2{font-size:1.35rem;line-height:1.25;margin:2.5rem 0 .5rem;padding-top:.6rem;
border-top:2px solid var(--deep)}
h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
h4{font-size:1rem;margin:.75rem 0 0}
p,ul,ol,dl{margin:.5rem 0}
ul{padding-left:1.25rem}
li{margin:.2rem 0}
.soft{color:var(--soft)}
.lead{font-size:1.1rem}
.note,figcaption{color:var(--soft);font-size:.9rem}
.verdict{font-weight:600}
.summary{background:var(--tint);border-left:4px solid var(--deep);
padding:.5rem 1rem;margin:1rem 0}
.warn{border-left:4px solid var(--warn);padding-left:.75rem}
figure{margin:1rem 0}
table{border-collapse:collapse;width:100%;margin:.75rem 0;font-size:.95rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;
border-bottom:1px solid var(--rule)}
thead th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--rule)}
tbody th{font-weight:600;min-width:8.5rem;overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.n{white-space:nowrap}
.finding{margin:1rem 0;padding:.1rem 0 .1rem .9rem;border-left:4px solid var(--mid)}
.finding h3{margin-top:.25rem}
.finding p{margin:.3rem 0}
.dials{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));
gap:1rem 2rem}
.dials h3{margin:.25rem 0 0}
.dials p{margin:.15rem 0}
.big{font-size:1.25rem;font-weight:600}
.method td{overflow-wrap:anywhere;font-family:ui-monospace,"Liberation Mono",monospace;
font-size:.8rem}
svg{display:block}
svg.drawing{width:100%;max-width:34rem;height:auto;margin:0 auto}
svg.wide{max-width:46rem}
svg text{font-size:15px;fill:var(--ink);text-anchor:middle}
svg .name{font-weight:600}
svg .figure{font-variant-numeric:tabular-nums}
svg .row{text-anchor:end}
svg .corner{fill:#fff;stroke:var(--ink);stroke-width:2;stroke-linejoin:round}
svg .level{fill:var(--mid);stroke:var(--ink);stroke-width:2;stroke-linejoin:round}
svg .arrow{stroke:var(--deep)}
svg .weak{stroke-linecap:round}
svg .head{fill:var(--deep)}
svg .rule{stroke:var(--rule)}
svg .path{fill:none;stroke:var(--deep);stroke-width:2}
svg .step{fill:#fff;stroke:var(--deep);stroke-width:1.5}
svg .first{fill:var(--deep)}
svg .box{fill:var(--tint);stroke:var(--soft)}
svg .link{fill:none;stroke:var(--deep)}
svg .rich{stroke-width:9}
svg .moderate{stroke-width:4}
svg .thin{stroke-width:3;stroke-dasharray:9 6}
svg .atrophied{stroke-width:3;stroke-linecap:round;stroke-dasharray:.1 8}
svg .label{text-anchor:start;paint-order:stroke;stroke:#fff;stroke-width:5px;
stroke-linejoin:round}
svg .box~.label{text-anchor:middle;stroke:var(--tint)}
svg.bar{width:100%;min-width:6rem;max-width:15rem;height:auto}
svg .track{fill:var(--tint);stroke:var(--soft);stroke-width:.7}
svg .filled{fill:var(--mid)}
svg .whisker{fill:none;stroke:var(--ink);stroke-width:1.5}
svg .chance{stroke:var(--warn);stroke-width:2;stroke-dasharray:3 2}
svg .ties{fill:none;stroke:#6b7884;stroke-width:1;stroke-opacity:.22}
svg .most{stroke:#33414d;stroke-width:1.8;stroke-opacity:.6}
svg .dot{stroke:#17212b;stroke-width:1.5}
svg .systemic{fill:#1d4f91}
svg .sectoral{fill:#e0a100}
svg .frontline{fill:#1b7f5c}
svg .public{fill:#a63d7a}
svg text.role{font-size:30px;font-weight:700;paint-order:stroke;stroke:#fff;
stroke-width:7px;stroke-linejoin:round}
.keys{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
.keys li{display:flex;align-items:center;gap:.35rem;margin:0}
svg.key{width:1.2rem;height:1.2rem}
footer{padding-bottom:3rem}
@media (max-width:40rem){
h1{font-size:1.6rem}
table.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(50%)}
table.stack,table.stack tbody,table.stack tr,table.stack th,table.stack td{
display:block;width:auto;min-width:0;white-space:normal;overflow-wrap:anywhere}
table.stack caption{display:block}
table.stack tr{padding:.5rem 0;border-bottom:1px solid var(--rule)}
table.stack th,table.stack td{border:0;padding:.05rem 0;text-align:left}
table.stack td{display:flex;gap:.5rem}
table.stack td::before{content:attr(data-label);color:var(--soft);
flex:0 0 9.5rem}
table.stack td.bare{display:block}
table.stack td.bare::before{content:none}
}
@page{size:A4;margin:16mm 14mm}
@media print{
body{font-size:10.5pt}
main,header,footer{max-width:none;padding:0}
h2{margin-top:1.5rem}
h2,h3,h4,caption,thead{break-after:avoid}
figure,.finding,.dials>div,tr,.summary{break-inside:avoid}
section.page{break-before:page}
svg.drawing{max-width:120mm}
svg.wide{max-width:165mm}
p,li{orphans:3;widows:3}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
)css";

}  // namespace pulsetaker::assessment::report
