//! Whose turn it is, where several are measured beside one another.

/// So many runs of each of `N`, in turn and every other time the other way round: whatever the
/// machine does meanwhile it does to all of them, and none always comes after the same one.
pub fn turns<const N: usize>(runs: usize) -> impl Iterator<Item = usize> {
    (0..runs).flat_map(|run| {
        (0..N).map(move |place| match run % 2 {
            0 => place,
            _ => N - 1 - place,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_as_many_runs_and_comes_first_as_often_as_last() {
        let order: Vec<usize> = turns::<3>(4).collect();
        assert_eq!(order, [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0]);
    }
}
