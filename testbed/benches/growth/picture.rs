//! What was measured of an area, as a table and as a picture.

use std::fs;
use std::path::Path;

use kinetrace_testbed::table;

use crate::Failure;
use crate::chart::{self, Panel};
use crate::curve::Curve;
use crate::measure::Point;

/// What the panel of memory shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It grows with what is worked on, so it is shown for each item.
    PerItem,
    /// It does not grow, so it is shown as a whole.
    Whole,
}

#[derive(Debug)]
pub(crate) struct Picture {
    /// `growth-<file>.svg`
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    /// One of what is counted.
    pub(crate) item: &'static str,
    /// What is counted, in words.
    pub(crate) items: &'static str,
    pub(crate) memory: Memory,
    pub(crate) curves: Vec<Curve>,
}

impl Picture {
    pub(crate) fn rows(&self) -> String {
        let row = |(curve, point): (&Curve, &Point)| {
            let is_last = curve.points.last() == Some(point);
            let last_decade = curve.last_decade().filter(|_| is_last).map(|ratio| format!("{ratio:.2}"));
            [
                curve.name.to_owned(),
                chart::grouped(point.items as f64),
                chart::time(point.nanoseconds_per_item),
                chart::memory(self.memory_of(point)),
                last_decade.unwrap_or_default(),
            ]
        };
        let rows = self.curves.iter().flat_map(|curve| curve.points.iter().map(move |point| (curve, point)));
        let (time, memory) = (format!("time / {}", self.item), self.memory_heading());
        table::draw(["input", self.items, &time, &memory, "last decade"], 1, rows.map(row).collect())
    }

    /// # Errors
    /// The file cannot be written.
    pub(crate) fn write_to(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(format!("growth-{}.svg", self.file));
        fs::write(&path, self.svg()).map_err(|error| format!("{}: {error}", path.display()))?;
        eprintln!("drew {}", path.display());
        Ok(())
    }

    fn svg(&self) -> String {
        let names: Vec<_> = self.curves.iter().map(|curve| curve.name).collect();
        let curves = |value: &dyn Fn(&Point) -> f64| {
            let points = |curve: &Curve| curve.points.iter().map(|point| (point.items as f64, value(point))).collect();
            self.curves.iter().map(points).collect()
        };
        let (time, memory) = (format!("Time for each {}", self.item), self.memory_heading());
        let panels = [
            Panel {
                heading: &time,
                across: self.items,
                unit: chart::time,
                curves: curves(&|point| point.nanoseconds_per_item),
            },
            Panel {
                heading: &memory,
                across: self.items,
                unit: chart::memory,
                curves: curves(&|point| self.memory_of(point)),
            },
        ];
        chart::draw(self.title, &names, &panels)
    }

    fn memory_heading(&self) -> String {
        match self.memory {
            Memory::PerItem => format!("Peak memory for each {}", self.item),
            Memory::Whole => "Peak memory".to_owned(),
        }
    }

    fn memory_of(&self, point: &Point) -> f64 {
        match self.memory {
            Memory::PerItem => point.peak_bytes as f64 / point.items as f64,
            Memory::Whole => point.peak_bytes as f64,
        }
    }
}
