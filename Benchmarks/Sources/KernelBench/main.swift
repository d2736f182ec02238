import CProbe
import LinearAlgebra

// How much of the machine the kernels use: GF/s on one thread beside what a loop of nothing but
// fused multiply-adds reaches in the same moment. Every figure is the median of many short runs
// with a probe between each two, because a shared machine changes its speed within seconds.
// usage: MARTLET_KERNELS=level KernelBench [runs | --toy]

let level = try KernelLevel.current()
let option = CommandLine.arguments.dropFirst().first
let runs = option == "--toy" ? 1 : option.flatMap { Int($0) } ?? 15
let vectorBytes: Int32 =
  switch level {
  case .avx512: 64
  case .avx2: 32
  case .plain: 16
  }

func seconds(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let spent = clock.measure(body).components
  return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func rounded(_ value: Double, _ digits: Int = 1) -> String {
  let scale = digits == 0 ? 1.0 : digits == 1 ? 10 : 100
  let text = "\((value * scale).rounded() / scale)"
  return digits == 0 ? String(text.dropLast(2)) : text
}

/// Time of a body that is repeated until it takes a millisecond, and the probe's GF/s meanwhile.
func measured(_ body: () -> Void) -> (time: Double, probe: Double) {
  let first = seconds(body)
  let repeats = max(1, Int(0.001 / max(first, 1e-9)))
  var (times, probes) = ([Double](), [Double]())
  for _ in 0..<runs {
    var operations = 0.0
    let spent = seconds { operations = probe_fma(vectorBytes, 200_000) }
    probes.append(operations / spent / 1e9)
    times.append(seconds { for _ in 0..<repeats { body() } } / Double(repeats))
  }
  return (median(times), median(probes))
}

func numbers<Element: Scalar>(_ count: Int) -> Buffer<Element> {
  let buffer = Buffer<Element>(count: count)
  var state: UInt64 = 1
  buffer.withMutableSpan { span in
    for i in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      span[i] = Element(Int(state >> 40) % 2001 - 1000) / 1000
    }
  }
  return buffer
}

func shape<Element: Scalar>(_ type: Element.Type, _ n: Int, _ d: Int) -> String {
  "\(type) n \(n) d \(d)"
}

func benchScores<Element: Scalar>(_ type: Element.Type, n: Int, d: Int, k: Int) {
  let values: Buffer<Element> = numbers(n * d)
  let centres: Buffer<Double> = numbers(k * d)
  let scorer = PanelScorer<Element>(
    centres: Matrix(rowCount: k, columnCount: d, elements: centres.array), level: level)
  let scratch = PanelScratch<Element>()
  let best = Buffer<Int32>(count: n)
  let (sums, weights, counts) = (
    Buffer<Double>(count: k * d), Buffer<Double>(count: k), Buffer<Int64>(count: k)
  )
  let rows = unsafe RowBlock(values.pointer, rowCount: n, columnCount: d)
  let clusters = unsafe ClusterSums(
    sums: sums.pointer, weights: weights.pointer, counts: counts.pointer, clusterCount: k,
    dimension: d)
  let assign = measured { unsafe scorer.assign(rows, best: best.pointer, scratch: scratch) }
  let lloyd = measured {
    unsafe scorer.assign(rows, best: best.pointer, adding: clusters, scratch: scratch)
  }
  let peak = MemoryLayout<Element>.size == 8 ? 0.5 : 1
  for (name, run) in [("assign", assign), ("lloyd ", lloyd)] {
    let rate = 2 * Double(n) * Double(d) * Double(k) / run.time / 1e9
    print(
      "\(name) \(shape(type, n, d)) k \(k): \(rounded(run.time * 1e3, 2)) ms,"
        + " \(rounded(rate)) GF/s, \(rounded(100 * rate / (run.probe * peak), 0)) % of fma")
  }
  withExtendedLifetime((values, sums, weights, counts)) {}
}

func benchGram<Element: Scalar>(_ type: Element.Type, n: Int, d: Int, gathered: Bool) {
  let values: Buffer<Element> = numbers(n * d)
  let weights: Buffer<Element> = numbers(n)
  let order = Buffer<Int32>((0..<n).map { Int32($0 * 7919 % n) })
  let gram = GramAccumulator<Element>(dimension: d, level: level)
  let all = unsafe RowBlock(values.pointer, rowCount: n, columnCount: d)
  let rows = gathered ? unsafe all.selecting(order.pointer, count: n) : all
  let run = measured {
    unsafe gram.add(
      rows, weights: gathered ? weights.pointer : nil, values: gathered ? weights.pointer : nil)
    gram.finish()
  }
  // Blocks on the diagonal are multiplied whole: what tiles execute is more than what is useful.
  let lanes = Int(vectorBytes) / MemoryLayout<Element>.size
  let blocks = (d + lanes - 1) / lanes
  let executed = Double(n) * Double(lanes * lanes * blocks * (blocks + 1))
  let peak = run.probe * (MemoryLayout<Element>.size == 8 ? 0.5 : 1)
  let (rate, useful) = (
    executed / run.time / 1e9, Double(n) * Double(d) * Double(d) / run.time / 1e9
  )
  print(
    "gram   \(shape(type, n, d))\(gathered ? " gathered, weighted, with right-hand side" : ""):"
      + " \(rounded(run.time * 1e3, 2)) ms, executed \(rounded(rate)) GF/s"
      + " (\(rounded(100 * rate / peak, 0)) % of fma), useful \(rounded(useful)) GF/s"
      + " (\(rounded(100 * useful / peak, 0)) %)")
  withExtendedLifetime((values, weights, order)) {}
}

func benchDistances(n: Int, d: Int, k: Int) {
  let values: Buffer<Float> = numbers(n * d)
  let centres: Buffer<Double> = numbers(k * d)
  let matrix = Matrix(rowCount: k, columnCount: d, elements: centres.array)
  let chosen = Buffer<Int32>((0..<n).map { Int32($0 * 31 % k) })
  let distances = Buffer<Double>(count: n)
  let rows = unsafe RowBlock(values.pointer, rowCount: n, columnCount: d)
  let run = measured {
    unsafe rows.squaredDistances(
      to: matrix, chosen: chosen.pointer, into: distances.pointer, level: level)
  }
  print(
    "distances \(shape(Float.self, n, d)): \(rounded(run.time * 1e3, 2)) ms,"
      + " \(rounded(Double(n * d) * 4 / run.time / 1e9)) GB/s")
  withExtendedLifetime(values) {}
}

var operations = 0.0
let spent = seconds { operations = probe_fma(vectorBytes, 5_000_000) }
print("level \(level.name), fma \(rounded(operations / spent / 1e9)) GF/s of Float on one thread")
benchScores(Float.self, n: 1_000_000, d: 32, k: 64)
benchScores(Float.self, n: 200_000, d: 128, k: 256)
benchScores(Float.self, n: 100_000, d: 784, k: 10)
benchScores(Float.self, n: 2_000_000, d: 8, k: 16)
benchScores(Double.self, n: 200_000, d: 32, k: 64)
for d in [32, 64, 128] {
  benchGram(Float.self, n: 4096, d: d, gathered: false)
  benchGram(Float.self, n: 16_384, d: d, gathered: true)
}
benchGram(Double.self, n: 4096, d: 64, gathered: false)
benchDistances(n: 1_000_000, d: 32, k: 64)
