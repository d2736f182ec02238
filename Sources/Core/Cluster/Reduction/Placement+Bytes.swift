extension Placement {
  /// The most bytes that one of so many workers sends for an ordered sum of so many numbers, but for
  /// headers: what a report tells of workers that it was not made with.
  public static func byteCount(ofSum count: Int, leafCount: Int, workers: Int) -> Int {
    guard workers > 1 else { return 0 }
    let placement = Placement(leafCount: leafCount, rankCount: workers)
    let roots = placement.rootLimit
    let isSmall = ReductionLimits.isSmall(
      count: count, roots: workers * roots, rootsOfOne: roots)
    if isSmall { return (workers - 1) * roots * count * 8 }
    // A slice of each root to each other worker, and the own slice of the total to all; slices end on whole eights.
    return (workers - 1) * (roots + 1) * (count / workers + 8) * 8
  }
}
