internal import CBLAS
internal import Platform

/// Dense linear algebra through OpenBLAS: one thread a call, row-major, shapes checked first.
///
/// A call of several threads changes the bits of its result, and so do the sizes of a call: an
/// element computed among 80 rows differs from the same one computed alone. Each call here runs
/// on the caller's thread, and sums no more than 256 products in one call of the library; longer
/// ones are cut at multiples of 256 and added in order, because the library would cut them by the
/// size of a cache. What remains: results are canonical **for one shape and one kernel class**
/// (``coreName``). Cut data into shapes that depend on the data alone, and never let BLAS decide a
/// number that a user sees for one row.
///
/// Cost: that of the library's call, and some 50 ns.
public enum BLAS {
  /// The longest inner dimension of one call to the library.
  public static let innerLimit = 256

  // The library starts a thread for each core when it is loaded, and those spin for tens of
  // milliseconds before they sleep: cores that a short run wants for itself.
  private static let oneThread: Void = {
    openblas_set_num_threads(1)
    martlet_blas_end_threads()
  }()

  /// Holds the library to one thread and ends those that it has; every wrapper calls it.
  ///
  /// A program calls it before its first work.
  public static func prepare() { oneThread }

  /// How many threads a call uses: 1 after any call.
  public static var threadCount: Int {
    prepare()
    return Int(openblas_get_num_threads())
  }

  /// The kernels that the library chose for this machine, part of the kernel class.
  public static var coreName: String {
    unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// How the library was built, beginning with its name and version.
  public static var configuration: String {
    unsafe openblas_get_config().map { unsafe String(cString: $0) } ?? "unknown"
  }

  /// The library's version, like `0.3.21`.
  public static var version: String {
    let words = configuration.split(separator: " ")
    return words.count > 1 ? String(words[1]) : "unknown"
  }

  /// How a row-major matrix lies in a run of elements, and whether it is meant transposed.
  public struct Layout: Sendable, Equatable {
    /// Rows as stored.
    public let rowCount: Int
    /// Columns as stored.
    public let columnCount: Int
    /// Elements from the start of a row to the start of the next.
    public let rowStride: Int
    /// Whether the matrix meant is the transpose of the one stored.
    public let isTransposed: Bool

    public init(
      _ rowCount: Int, _ columnCount: Int, rowStride: Int? = nil, transposed: Bool = false
    ) {
      self.rowCount = rowCount
      self.columnCount = columnCount
      self.rowStride = rowStride ?? columnCount
      isTransposed = transposed
      require(
        rowCount >= 0 && columnCount >= 0 && self.rowStride >= columnCount,
        "a layout of \(rowCount) x \(columnCount), \(self.rowStride) elements from row to row")
    }

    /// The same elements, meant the other way round.
    public var transposed: Layout {
      Layout(rowCount, columnCount, rowStride: rowStride, transposed: !isTransposed)
    }

    /// Rows of the matrix meant.
    public var height: Int { isTransposed ? columnCount : rowCount }
    /// Columns of the matrix meant.
    public var width: Int { isTransposed ? rowCount : columnCount }
    /// How many elements from the first to the last.
    public var extent: Int {
      rowCount == 0 || columnCount == 0 ? 0 : (rowCount - 1) * rowStride + columnCount
    }

    /// The stride as the library wants it, never zero.
    var stride: CInt { BLAS.count(max(1, rowStride)) }
    var order: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }

    func check(_ elementCount: Int, _ name: String) {
      require(
        extent <= elementCount,
        "\(name) of \(rowCount) x \(columnCount), row stride \(rowStride), in \(elementCount) elements"
      )
    }
  }

  /// A count as C takes it.
  static func count(_ value: Int) -> CInt {
    guard let exact = CInt(exactly: value) else {
      bug("\(value) is too large for one call of BLAS")
    }
    return exact
  }

  /// Calls the body with the starts and lengths of the pieces of `0..<total`, in order.
  static func forEachPiece(
    of total: Int, by limit: Int, _ body: (_ start: Int, _ length: Int) -> Void
  ) {
    var start = 0
    while start < total {
      let length = min(limit, total - start)
      body(start, length)
      start += length
    }
  }
}
