internal import Glibc
internal import Platform

/// The place where a worker notes what it is doing, so that its death or silence can be named.
///
/// Under a launcher it is a small mapped file that outlives the worker; alone it is memory and
/// costs the same. Any thread may note; the last one wins.
///
/// Cost: a step is one atomic store, a few nanoseconds; a change of stage copies its name.
public final class Breadcrumb: Sendable {
  let page: CrumbPage

  /// That of a process that is alone.
  public static func inMemory() -> Breadcrumb { Breadcrumb(page: CrumbPage(path: nil)) }

  /// That of a worker, in its launcher's folder where this host has it.
  public convenience init(_ context: WorkerContext) {
    let path = context.attempt?.crumbPath(rank: context.rank)
    self.init(page: CrumbPage(path: path), engineJob: context.engineJob)
  }

  init(page: CrumbPage, engineJob: UInt64 = 0) {
    self.page = page
    page[.process] = UInt64(getpid())
    page[.engineJob] = engineJob
    page.write(Machine.hostName, as: .host)
    // Last, as a page with it is complete.
    page[.magic] = CrumbPage.magic
  }

  /// Notes the whole that is being done: "fitting kmeans".
  public func begin(_ activity: String) {
    page.write(activity, as: .activity)
    page.write("", as: .stage)
    page[.step] = 0
    page.increase(.moves)
  }

  /// Notes a stage of it and how far that is; the hot path, once a leaf or an iteration.
  public func at(stage: StaticString, step: Int) {
    page.setStage(stage)
    page[.step] = UInt64(truncatingIfNeeded: step)
    page.increase(.moves)
  }

  /// Notes that this worker ended as it should, and will be silent.
  public func finish() { page[.isFinished] = 1 }

  /// What was noted last, in words.
  public var description: String { BreadcrumbSight(page, rank: 0).doing }
}

extension Breadcrumb: CollectiveWatch {
  public func entered(_ operation: String, sequence: Int) {
    page.write(operation, as: .operation)
    page.increase(.entries)
    page[.collective] = UInt64(truncatingIfNeeded: sequence) &+ 1
  }

  public func left() {
    page[.collective] = 0
    page.increase(.moves)
  }
}

extension Breadcrumb: CustomStringConvertible {}
