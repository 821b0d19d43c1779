//! Two panels of curves, as SVG text that is readable on light and on dark.

use std::fmt::Write as _;

use crate::scale::Scale;

/// One panel: what its axes show, in words, and the curves.
pub(crate) struct Panel<'a> {
    pub(crate) heading: &'a str,
    pub(crate) across: &'a str,
    /// How a value of the vertical axis is written.
    pub(crate) unit: fn(f64) -> String,
    pub(crate) curves: Vec<Vec<(f64, f64)>>,
}

const WIDTH: f64 = 1000.0;
const PANEL: f64 = 480.0;
/// Where the plot of a panel is, from its left edge, and from the top of the picture.
const PLOT: (f64, f64) = (74.0, 464.0);
const TOP: f64 = 92.0;
const BOTTOM: f64 = 352.0;
const LEGEND: f64 = 420.0;
const LINE: f64 = 22.0;

/// Colours as in `docs/pictures/trace.svg`. The curves differ by their marks, too.
const STYLE: &str = "\
  .card { fill: #ffffff; stroke: #d0d7de; } text { fill: #1f2328; font: 14px ui-sans-serif, system-ui, sans-serif; }
  .faint { fill: #59636e; font-size: 12px; } .grid { stroke: #d0d7de; } .curve { fill: none; stroke-width: 2; }
  .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; } .c4 { stroke: #59636e; }
  .mark { fill: #ffffff; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d; } text { fill: #f0f6fc; } .faint { fill: #9198a1; } .grid { stroke: #3d444d; }
    .c0 { stroke: #4493f8; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; } .c3 { stroke: #ab7df8; } .c4 { stroke: #9198a1; }
    .mark { fill: #0d1117; }
  }
";

/// Both panels have the same curves, of these names.
pub(crate) fn draw(title: &str, names: &[&str], panels: &[Panel<'_>; 2]) -> String {
    let height = LEGEND + LINE * names.len().div_ceil(2) as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"title\">\n\
         <title id=\"title\">{title}</title>\n<style>\n{STYLE}</style>\n\
         <rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
         <text x=\"24\" y=\"34\" style=\"font-weight: 600\">{title}</text>\n",
        WIDTH - 1.0,
        height - 1.0
    );
    for (panel, left) in panels.iter().zip([12.0, 12.0 + PANEL]) {
        draw_panel(&mut svg, panel, left);
    }
    for (index, name) in names.iter().enumerate() {
        let (x, y) = (36.0 + PANEL * (index % 2) as f64, LEGEND + LINE * (index / 2) as f64);
        line(&mut svg, &format!("<path class=\"curve c{index}\" d=\"M{x} {}h28\"/>", y - 5.0));
        mark(&mut svg, index, (x + 14.0, y - 5.0));
        line(&mut svg, &format!("<text x=\"{}\" y=\"{y}\">{name}</text>", x + 38.0));
    }
    svg + "</svg>\n"
}

fn draw_panel(svg: &mut String, panel: &Panel<'_>, left: f64) {
    let (from, to) = (left + PLOT.0, left + PLOT.1);
    let points = || panel.curves.iter().flatten();
    let across = Scale::around(points().map(|point| point.0), (from, to));
    let up = Scale::around(points().map(|point| point.1), (BOTTOM, TOP));
    line(svg, &format!("<text x=\"{}\" y=\"66\">{}</text>", left + 12.0, panel.heading));
    for value in up.ticks() {
        let y = up.place(value);
        line(svg, &format!("<path class=\"grid\" d=\"M{from:.1} {y:.1}H{to:.1}\"/>"));
        let text = (panel.unit)(value);
        line(
            svg,
            &format!(
                "<text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                from - 8.0,
                y + 4.0
            ),
        );
    }
    for value in across.ticks() {
        let (x, text) = (across.place(value), grouped(value));
        line(svg, &format!("<path class=\"grid\" d=\"M{x:.1} {BOTTOM}v5\"/>"));
        line(
            svg,
            &format!("<text class=\"faint\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", BOTTOM + 20.0),
        );
    }
    let (middle, below) = (f64::midpoint(from, to), BOTTOM + 40.0);
    line(
        svg,
        &format!(
            "<text class=\"faint\" x=\"{middle:.1}\" y=\"{below}\" text-anchor=\"middle\">{}</text>",
            panel.across
        ),
    );
    for (index, curve) in panel.curves.iter().enumerate() {
        let places: Vec<_> = curve.iter().map(|(x, y)| (across.place(*x), up.place(*y))).collect();
        let path: Vec<_> = places.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        line(svg, &format!("<path class=\"curve c{index}\" d=\"M{}\"/>", path.join("L")));
        places.into_iter().for_each(|place| mark(svg, index, place));
    }
}

/// A form for each curve.
fn mark(svg: &mut String, index: usize, (x, y): (f64, f64)) {
    let form = match index % 5 {
        0 => format!("<circle class=\"mark c0\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"),
        1 => format!("<path class=\"mark c1\" d=\"M{:.1} {:.1}h8v8h-8z\"/>", x - 4.0, y - 4.0),
        2 => format!("<path class=\"mark c2\" d=\"M{x:.1} {:.1}l5 9h-10z\"/>", y - 6.0),
        3 => format!("<path class=\"mark c3\" d=\"M{x:.1} {:.1}l5 5l-5 5l-5-5z\"/>", y - 5.0),
        _ => format!("<path class=\"mark c4\" d=\"M{x:.1} {:.1}l-5-9h10z\"/>", y + 6.0),
    };
    line(svg, &form);
}

fn line(svg: &mut String, text: &str) {
    // Writing to memory does not fail.
    let _ = writeln!(svg, "{text}");
}

/// A whole number with commas.
pub(crate) fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// `10 ns`, `1 µs`, …
pub(crate) fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, 1000.0, &["ns", "µs", "ms", "s"])
}

/// `10 B`, `1 kB`, …
pub(crate) fn memory(bytes: f64) -> String {
    scaled(bytes, 1000.0, &["B", "kB", "MB", "GB"])
}

fn scaled(mut value: f64, step: f64, units: &[&str]) -> String {
    let mut units = units.iter();
    let mut unit = units.next();
    while value >= step * 0.9995
        && let Some(larger) = units.next()
    {
        value /= step;
        unit = Some(larger);
    }
    let digits = if value >= 99.5 || (value - value.round()).abs() < 1e-9 {
        0
    } else if value >= 9.95 {
        1
    } else {
        2
    };
    format!("{value:.digits$} {}", unit.unwrap_or(&""))
}
