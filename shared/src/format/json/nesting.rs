//! Which brackets are open.

/// A bit for each, so that no text of common depth needs memory of its own. There is no limit.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    /// The innermost is the lowest; a set one is an object's.
    objects: u64,
    depth: usize,
    /// Full ones of those outside.
    outer: Vec<u64>,
}

impl Nesting {
    #[inline(always)]
    pub(super) fn is_closed(&self) -> bool {
        self.depth == 0
    }

    #[inline(always)]
    pub(super) fn is_in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    #[inline(always)]
    pub(super) fn open(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.objects);
        }
        self.objects = self.objects << 1 | u64::from(is_object);
        self.depth += 1;
    }

    #[inline(always)]
    pub(super) fn close(&mut self) {
        self.objects >>= 1;
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.objects = self.outer.pop().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_any_depth_are_remembered() {
        let is_object = |depth: usize| depth.is_multiple_of(3) || depth.is_multiple_of(64);
        let mut nesting = Nesting::default();
        for _ in 0..2 {
            for depth in 0..1000 {
                nesting.open(is_object(depth));
            }
            for depth in (0..1000).rev() {
                assert!(!nesting.is_closed() && nesting.is_in_object() == is_object(depth), "{depth}");
                nesting.close();
            }
            assert!(nesting.is_closed());
        }
    }
}
