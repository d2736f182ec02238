internal import Platform

extension Communicator {
  /// The group of all ranks that name the same color, in the order of their ranks here.
  ///
  /// Groups work apart and fail apart; an error that leaves a group's work for this group reaches
  /// the peers there too. Cost: one talk, and nothing that must be freed: a group is a number on
  /// its messages.
  public func split(color: Int) throws -> Communicator {
    let all = try collective(Operation.split.name) {
      let words = [Int64(color), Int64(transport.nextChannel)]
      return unsafe try words.withUnsafeBytes { bytes in
        unsafe try exchangeParts(.split, Operation.split.name, detail: 0, payload: .shared(bytes)) {
          unsafe $0.map { bytes in unsafe [Int64](copying: bytes) }
        }
      }
    }
    // All ranks go past every number that any of them has used, so no pair meets one twice.
    let channel = Int(all.map { $0[1] }.reduce(0, max))
    transport.nextChannel = channel + 1
    guard channel < transport.channelLimit else {
      throw fail(Failure(.failed, "more than \(channel) groups of workers in one run"))
    }
    let mine = members.indices.filter { all[$0][0] == Int64(color) }.map { members[$0] }
    let child = Communicator(
      transport: transport, members: mine, channel: channel, isWhole: false)
    child.watch = watch
    child.interruptFlag = interruptFlag
    children.append(child)
    return child
  }
}
