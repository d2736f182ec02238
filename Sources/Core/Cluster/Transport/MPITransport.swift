#if MPI
  internal import CMPI
  internal import Glibc
  internal import Platform

  /// The transport of a process that `mpirun` or a batch system started among others.
  ///
  /// Used from one thread. Open MPI and MPICH differ in nothing that shows here.
  @safe final class MPITransport: Transport {
    let rank: Int
    let size: Int
    let channelLimit: Int
    var nextChannel = 1
    private var job: martlet_mpi_job
    private var requests: UnsafeMutableRawPointer
    private var requestRoom = 64
    private var requestCount: Int32 = 0
    /// Notices on their way to peers that may never take them; small, and few.
    private var notices: [UnsafeMutableRawBufferPointer] = unsafe []

    /// MPI counts bytes in C ints; larger messages go in pieces of this size.
    private static let pieceByteCount = 1 << 30

    init() throws {
      var job = unsafe martlet_mpi_job()
      if martlet_mpi_is_started() == 0 { try Self.check(martlet_mpi_start(), "MPI_Init_thread") }
      try unsafe Self.check(martlet_mpi_join(&job), "MPI_Comm_dup")
      var rank: Int32 = 0
      var size: Int32 = 0
      try unsafe Self.check(martlet_mpi_rank(job, &rank), "MPI_Comm_rank")
      try unsafe Self.check(martlet_mpi_size(job, &size), "MPI_Comm_size")
      self.rank = Int(rank)
      self.size = Int(size)
      unsafe self.job = job
      channelLimit = unsafe Int(martlet_mpi_tag_limit(job))
      unsafe requests = .allocate(
        byteCount: requestRoom * martlet_mpi_request_size(), alignment: 16)
    }

    // The notices stay: MPI may still be reading them.
    deinit { unsafe requests.deallocate() }

    func exchange(
      sending: UnsafeBufferPointer<Parcel>, receiving: UnsafeBufferPointer<Parcel>, channel: Int
    ) throws {
      requestCount = 0
      // Receives first, so that what comes finds its place at once.
      for place in receiving.indices {
        let parcel = unsafe receiving[place]

        unsafe try inPieces(parcel) { start, count, place in
          unsafe martlet_mpi_receive(
            job, start, count, Int32(parcel.peer), Int32(channel), requests, place)
        }
      }
      for place in sending.indices {
        let parcel = unsafe sending[place]

        unsafe try inPieces(parcel) { start, count, place in
          unsafe martlet_mpi_send(
            job, start, count, Int32(parcel.peer), Int32(channel), requests, place)
        }
      }
      try waitForAll()
    }

    func post(_ parcel: Parcel, channel: Int) throws {
      let notice = unsafe UnsafeMutableRawBufferPointer.allocate(
        byteCount: parcel.count, alignment: 64)
      unsafe notice.copyMemory(
        from: UnsafeRawBufferPointer(start: parcel.start, count: parcel.count))
      unsafe notices.append(notice)
      try unsafe Self.check(
        martlet_mpi_send(
          job, notice.baseAddress, Int32(notice.count), Int32(parcel.peer), Int32(channel),
          requests, 0), "MPI_Isend")
      try unsafe Self.check(martlet_mpi_forget(requests, 0), "MPI_Request_free")
    }

    func close() throws { try unsafe Self.check(martlet_mpi_finish(&job), "MPI_Finalize") }

    /// Starts the requests of one parcel.
    private func inPieces(
      _ parcel: Parcel, _ start: (UnsafeMutableRawPointer, Int32, Int32) -> Int32
    ) throws {
      var done = 0
      repeat {
        let count = unsafe min(Self.pieceByteCount, parcel.count - done)
        makeRequestRoom(Int(requestCount) + 1)
        let status = unsafe start(parcel.start + done, Int32(count), requestCount)
        try Self.check(status, "MPI_Isend or MPI_Irecv")
        requestCount += 1
        done += count
      } while unsafe done < parcel.count
    }

    private func makeRequestRoom(_ count: Int) {
      guard count > requestRoom else { return }
      let size = martlet_mpi_request_size()
      let larger = UnsafeMutableRawPointer.allocate(
        byteCount: 2 * requestRoom * size, alignment: 16)
      unsafe larger.copyMemory(from: requests, byteCount: requestRoom * size)
      unsafe requests.deallocate()
      unsafe requests = unsafe larger
      requestRoom *= 2
    }

    /// Waits for all requests: at first attentively, then with growing sleeps.
    ///
    /// A rank that waits for one that computes must leave it the core; a rank whose message is a
    /// microsecond away must not sleep.
    private func waitForAll() throws {
      var done: Int32 = 0
      for _ in 0..<Self.eagerTests {
        try unsafe Self.check(martlet_mpi_test(requests, requestCount, &done), "MPI_Testall")
        if done != 0 { return }
      }
      let start = monotonicSeconds()
      while true {
        try unsafe Self.check(martlet_mpi_test(requests, requestCount, &done), "MPI_Testall")
        if done != 0 { return }
        let waited = monotonicSeconds() - start
        if waited < Self.attentiveSeconds {
          sched_yield()
        } else {
          // A thirtieth of the wait so far: the core is free, and the wait hardly longer.
          let pause = min(0.001, waited / 30)
          var time = timespec(tv_sec: 0, tv_nsec: Int(pause * 1e9))
          _ = unsafe nanosleep(&time, nil)
        }
      }
    }

    private static let eagerTests = 32
    private static let attentiveSeconds = 0.002

    /// An MPI status as an error that names the call.
    private static func check(_ status: Int32, _ call: StaticString) throws {
      guard status != MPI_SUCCESS else { return }
      var text = [CChar](repeating: 0, count: Int(martlet_mpi_text_limit()) + 1)
      var count: Int32 = 0
      let known = unsafe martlet_mpi_words(status, &text, &count) == MPI_SUCCESS
      let words = known ? text.prefix(Int(count)).map { UInt8(bitPattern: $0) } : []
      throw Failure(
        .workerLost, "the workers cannot talk any more",
        causes: ["\(call) returned \(status): \(String(decoding: words, as: UTF8.self))"])
    }
  }
#endif
