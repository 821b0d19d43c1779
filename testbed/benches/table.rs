//! Rows of text, in columns.

/// The first `text_columns` stand to the left, numbers to the right.
pub(crate) fn draw<const N: usize>(headings: [&str; N], text_columns: usize, rows: Vec<[String; N]>) -> String {
    let rows: Vec<_> = std::iter::once(headings.map(str::to_owned)).chain(rows).collect();
    let widths: Vec<_> = (0..N).map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0)).collect();
    let cell = |(column, (text, &width)): (usize, (&String, &usize))| {
        if column < text_columns { format!("{text:width$}") } else { format!("{text:>width$}") }
    };
    let line = |row: &[String; N]| row.iter().zip(&widths).enumerate().map(cell).collect::<Vec<_>>().join("  ");
    let mut lines: Vec<_> = rows.iter().map(|row| line(row).trim_end().to_owned()).collect();
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "));
    lines.join("\n")
}
