//! Rows of text, in columns.

/// The first `text_columns` stand to the left, numbers to the right. The last line ends without a line break.
pub fn draw<const N: usize>(headings: [&str; N], text_columns: usize, rows: Vec<[String; N]>) -> String {
    let rows: Vec<_> = std::iter::once(headings.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..N).map(width).collect();
    let cell = |(column, (text, &width)): (usize, (&String, &usize))| {
        if column < text_columns { format!("{text:width$}") } else { format!("{text:>width$}") }
    };
    let line = |row: &[String; N]| row.iter().zip(&widths).enumerate().map(cell).collect::<Vec<_>>().join("  ");
    let mut lines: Vec<_> = rows.iter().map(|row| line(row).trim_end().to_owned()).collect();
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_in_characters() {
        let rows = vec![["ä".to_owned(), "12".to_owned()], ["bc".to_owned(), "3".to_owned()]];
        assert_eq!(draw(["x", "µs"], 1, rows), "x   µs\n--  --\nä   12\nbc   3");
    }
}
