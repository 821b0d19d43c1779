//! Which of a shard's concurrent batches a batch is.

/// The places of the batches in flight, from 0 up to the ParallelizationFactor.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<bool>);

impl Places {
    /// Takes the lowest free place.
    pub(super) fn take(&mut self) -> usize {
        let free = self.0.iter().position(|taken| !taken);
        let place = free.unwrap_or(self.0.len());
        match self.0.get_mut(place) {
            Some(taken) => *taken = true,
            None => self.0.push(true),
        }
        place
    }

    /// Gives a place back.
    pub(super) fn free(&mut self, place: usize) {
        if let Some(taken) = self.0.get_mut(place) {
            *taken = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_takes_the_lowest_place_that_is_free() {
        let mut places = Places::default();
        assert_eq!([places.take(), places.take(), places.take()], [0, 1, 2]);
        places.free(1);
        places.free(0);
        assert_eq!([places.take(), places.take(), places.take()], [0, 1, 3]);
    }
}
