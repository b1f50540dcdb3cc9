//! Latency distributions as a small SVG picture.
//!
//! Latency lies on a logarithmic axis; quantiles on one where each further nine
//! takes the same room, so that the slowest queries can be seen. The same input
//! gives the same bytes.

use std::fmt::Write;

use super::latency::QuantilePoint;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 48.0;
const PLOT_HEIGHT: f64 = 300.0;
const LEGEND_LINE: f64 = 20.0;

/// Colours that colour-blind readers tell apart: Okabe and Ito, "Color
/// universal design", 2008. Further series begin again, dashed.
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// One curve: a label, and points in ascending order.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// What the legend calls it.
    pub label: &'a str,
    /// Its points, as a histogram's `distribution` gives them.
    pub points: &'a [QuantilePoint],
}

/// A picture of latency distributions as an SVG document.
pub fn latency_svg(title: &str, series: &[Series<'_>]) -> String {
    let axes = Axes::around(series);
    let height = TOP + PLOT_HEIGHT + 52.0 + LEGEND_LINE * series.len() as f64;
    let mut svg = String::new();
    push(
        &mut svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">"
        ),
    );
    push(&mut svg, format_args!("<title>{}</title>", Escaped(title)));
    push(&mut svg, format_args!("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"));
    push(
        &mut svg,
        format_args!(
            "<text x=\"{LEFT}\" y=\"28\" font-size=\"15\" font-weight=\"600\" fill=\"#222222\">{}</text>",
            Escaped(title)
        ),
    );
    axes.draw(&mut svg);
    for (index, series) in series.iter().enumerate() {
        draw_curve(&mut svg, &axes, index, series);
        draw_legend(&mut svg, index, series.label);
    }
    svg.push_str("</svg>\n");
    svg
}

struct Axes {
    /// Logarithms of the latencies at the left and the right end.
    latency: (f64, f64),
    /// The number of nines at the top.
    nines: f64,
}

impl Axes {
    fn around(series: &[Series<'_>]) -> Self {
        let (mut low, mut high, mut nines) = (f64::INFINITY, f64::NEG_INFINITY, 2.0_f64);
        for point in series.iter().flat_map(|series| series.points) {
            let latency = log_latency(point);
            low = low.min(latency);
            high = high.max(latency);
            nines = nines.max(nines_of(point.quantile));
        }
        if low > high {
            (low, high) = (0.0, 3.0);
        }
        let margin = (0.04 * (high - low)).max(0.05);
        Self { latency: (low - margin, high + margin), nines: (nines * 1.04).min(9.0) }
    }

    fn x(&self, log_latency: f64) -> f64 {
        let (low, high) = self.latency;
        LEFT + (log_latency - low) / (high - low) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, nines: f64) -> f64 {
        TOP + (1.0 - nines / self.nines) * PLOT_HEIGHT
    }

    fn draw(&self, svg: &mut String) {
        let (bottom, right) = (TOP + PLOT_HEIGHT, WIDTH - RIGHT);
        for (nines, label) in self.quantile_ticks() {
            let y = self.y(nines);
            push(
                svg,
                format_args!(
                    "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#e4e4e4\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555555\">{label}</text>",
                    LEFT - 8.0,
                    y + 4.0
                ),
            );
        }
        for (log_latency, label) in self.latency_ticks() {
            let x = self.x(log_latency);
            push(
                svg,
                format_args!(
                    "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#e4e4e4\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555555\">{label}</text>",
                    bottom + 18.0
                ),
            );
        }
        push(
            svg,
            format_args!(
                "<path d=\"M{LEFT} {TOP}V{bottom}H{right}\" fill=\"none\" stroke=\"#888888\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555555\">latency</text>",
                (LEFT + right) / 2.0,
                bottom + 36.0
            ),
        );
    }

    fn quantile_ticks(&self) -> Vec<(f64, String)> {
        let median = (nines_of(0.5), "p50".to_owned());
        let nines = (1..=self.nines as usize).map(|nines| {
            let label = match nines {
                1 => "p90".to_owned(),
                2 => "p99".to_owned(),
                more => format!("p99.{}", "9".repeat(more - 2)),
            };
            (nines as f64, label)
        });
        [(0.0, "p0".to_owned()), median].into_iter().chain(nines).collect()
    }

    /// Steps of 1, 2, 5 where they have room, of powers of ten else; equal steps
    /// where fewer than two of those are in reach.
    fn latency_ticks(&self) -> Vec<(f64, String)> {
        let (low, high) = self.latency;
        let mantissas: &[f64] = if high - low < 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let mut latencies: Vec<f64> = (low.floor() as i32..=high.ceil() as i32)
            .flat_map(|exponent| mantissas.iter().map(move |m| m * 10_f64.powi(exponent)))
            .filter(|latency_us| (low..=high).contains(&latency_us.log10()))
            .collect();
        if latencies.len() < 2 {
            latencies = even_steps(10_f64.powf(low), 10_f64.powf(high));
        }
        latencies
            .into_iter()
            .map(|latency_us| (latency_us.log10(), duration_label(latency_us)))
            .collect()
    }
}

/// The multiples between both ends of the largest step of 1, 2 or 5 times a power
/// of ten that has two. The ends lie a fifth of `high` apart at least, so that a step
/// of a tenth of it has them.
fn even_steps(low: f64, high: f64) -> Vec<f64> {
    let largest = high.log10().floor() as i32;
    let steps = (0..2).flat_map(|down| {
        [5.0, 2.0, 1.0].map(|mantissa: f64| mantissa * 10_f64.powi(largest - down))
    });
    let multiples = |step: f64| -> Vec<f64> {
        let (first, last) = ((low / step).ceil() as u64, (high / step).floor() as u64);
        (first..=last).map(|count| count as f64 * step).collect()
    };
    steps.map(multiples).find(|found| found.len() > 1).unwrap_or_default()
}

fn draw_curve(svg: &mut String, axes: &Axes, index: usize, series: &Series<'_>) {
    let mut path = String::new();
    for point in series.points {
        let command = if path.is_empty() { 'M' } else { 'L' };
        let nines = nines_of(point.quantile);
        push(
            &mut path,
            format_args!("{command}{:.1} {:.1}", axes.x(log_latency(point)), axes.y(nines)),
        );
    }
    push(
        svg,
        format_args!(
            "<path d=\"{path}\" fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" {}/>",
            Stroke(index)
        ),
    );
}

fn draw_legend(svg: &mut String, index: usize, label: &str) {
    let y = TOP + PLOT_HEIGHT + 52.0 + LEGEND_LINE * index as f64;
    push(
        svg,
        format_args!(
            "<path d=\"M{LEFT} {y:.1}h24\" stroke-width=\"2\" {}/>\
         <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#222222\">{}</text>",
            Stroke(index),
            LEFT + 32.0,
            y + 4.0,
            Escaped(label)
        ),
    );
}

fn push(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = svg.write_fmt(text);
}

/// The number of nines of a quantile: .9 has one, .99 two.
fn nines_of(quantile: f64) -> f64 {
    let quantile = if quantile.is_nan() { 0.0 } else { quantile };
    -(1.0 - quantile.clamp(0.0, 1.0 - 1e-9)).log10()
}

fn log_latency(point: &QuantilePoint) -> f64 {
    // From a nanosecond to a day; what is no number counts as the shortest.
    let latency_us = if point.latency_us.is_nan() { 0.0 } else { point.latency_us };
    latency_us.clamp(0.001, 1e11).log10()
}

fn duration_label(us: f64) -> String {
    let (value, unit) = match us {
        us if us < 0.999 => (us * 1e3, "ns"),
        us if us < 999.0 => (us, "µs"),
        us if us < 999e3 => (us / 1e3, "ms"),
        us => (us / 1e6, "s"),
    };
    let value = format!("{value:.3}");
    format!("{} {unit}", value.trim_end_matches('0').trim_end_matches('.'))
}

struct Stroke(usize);

impl std::fmt::Display for Stroke {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stroke=\"{}\"", COLOURS[self.0 % COLOURS.len()])?;
        match self.0 / COLOURS.len() {
            0 => Ok(()),
            turn => write!(f, " stroke-dasharray=\"{} 4\"", 2 + 4 * turn),
        }
    }
}

/// Text as XML can hold it: markup escaped, control characters replaced.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.chars() {
            match character {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                control if control.is_control() => f.write_char('\u{fffd}')?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(quantile: f64, latency_us: f64) -> QuantilePoint {
        QuantilePoint { quantile, latency_us }
    }

    #[test]
    fn the_same_points_give_the_same_picture() {
        let points = [point(0.0, 10.0), point(0.5, 20.0), point(0.99, 100.0), point(0.999, 900.0)];
        let series = [Series { label: "warm", points: &points }];
        let svg = latency_svg("web", &series);
        assert_eq!(svg, latency_svg("web", &series));
        for part in ["<svg ", ">p99.9</text>", ">100 µs</text>", ">warm</text>", "</svg>\n"] {
            assert!(svg.contains(part), "{part}");
        }
    }

    #[test]
    fn labels_cannot_break_out_of_the_picture() {
        let svg = latency_svg("a<b>&\u{1b}", &[Series { label: "\"</text><script>", points: &[] }]);
        assert!(svg.contains("a&lt;b&gt;&amp;\u{fffd}"));
        assert!(!svg.contains("<script>"));
    }

    #[test]
    fn labels_of_times_have_fitting_units() {
        let cases =
            [(0.5, "500 ns"), (1.0, "1 µs"), (200.0, "200 µs"), (5e3, "5 ms"), (1e6, "1 s")];
        for (us, expected) in cases {
            assert_eq!(duration_label(us), expected);
        }
    }

    /// 240 to 411 µs had none: 1, 2 and 5 lie beside it.
    #[test]
    fn every_latency_axis_has_two_labels() {
        for (low, high, expected) in [
            (240.0, 411.0, ["300 µs", "400 µs"].as_slice()),
            (250.0, 250.0, &["240 µs", "260 µs", "280 µs"]),
            (1050.0, 1800.0, &["1 ms", "2 ms"]),
            (1120.0, 1120.0, &["1 ms", "1.2 ms"]),
        ] {
            let points = [point(0.0, low), point(1.0, high)];
            let axes = Axes::around(&[Series { label: "", points: &points }]);
            let labels: Vec<_> = axes.latency_ticks().into_iter().map(|(_, label)| label).collect();
            assert_eq!(labels, expected, "{low} to {high}");
        }
        for step in 0..1400 {
            let latency = 0.001 * 10_f64.powf(f64::from(step) / 100.0);
            let points = [point(0.0, latency)];
            let axes = Axes::around(&[Series { label: "", points: &points }]);
            let labels: Vec<_> = axes.latency_ticks().into_iter().map(|(_, label)| label).collect();
            assert!((2..7).contains(&labels.len()), "{latency}: {labels:?}");
            assert!(labels.windows(2).all(|pair| pair[0] != pair[1]), "{labels:?}");
        }
    }

    proptest! {
        #[test]
        fn any_points_give_numbers(points in prop::collection::vec((any::<f64>(), any::<f64>()), 0..8)) {
            let points: Vec<_> = points.iter().map(|&(q, us)| point(q, us)).collect();
            let svg = latency_svg("t", &[Series { label: "s", points: &points }]);
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", svg);
        }
    }
}
