import LinearAlgebra
import Testing

/// The distributions behind p-values, both tails, against mpmath 1.3 at 60 digits or more (each
/// golden value is its result rounded to a double; scipy 1.17 agrees to 1e-12 but for Student's far
/// tail, where it gives 0).
struct StatisticsTests {
  /// A few units in the last place for each of the exponents of up to 700 and the sums behind them.
  private static let tolerance = 2e-13

  private func expect(
    _ found: Double, _ golden: Double, _ place: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(found - golden) <= Self.tolerance * golden, "\(place): \(found) for \(golden)",
      sourceLocation: sourceLocation)
  }

  @Test func `both tails of chi-squared have all their digits`() {
    for (x, degrees, lower, upper) in Self.chiSquared {
      let distribution = ChiSquared(degrees: degrees)
      expect(distribution.cumulative(x), lower, "P(\(x)), \(degrees) degrees")
      expect(distribution.upperTail(x), upper, "Q(\(x)), \(degrees) degrees")
    }
  }

  @Test func `both tails of F have all their digits`() {
    for (x, numerator, denominator, lower, upper) in Self.ratios {
      let distribution = FDistribution(
        numeratorDegrees: numerator, denominatorDegrees: denominator)
      expect(distribution.cumulative(x), lower, "P(\(x)), \(numerator) and \(denominator)")
      expect(distribution.upperTail(x), upper, "Q(\(x)), \(numerator) and \(denominator)")
    }
  }

  @Test func `the tails of Student's t have all their digits`() {
    for (x, degrees, both) in Self.means {
      let distribution = StudentT(degrees: degrees)
      expect(distribution.twoSided(x), both, "\(x), \(degrees) degrees")
      expect(distribution.twoSided(-x), both, "\(-x), \(degrees) degrees")
      expect(distribution.upperTail(x), both / 2, "\(x), \(degrees) degrees")
      expect(distribution.cumulative(-x), both / 2, "\(-x), \(degrees) degrees")
      expect(distribution.cumulative(x), 1 - both / 2, "\(x), \(degrees) degrees")
    }
  }

  @Test func `the incomplete beta function has all its digits`() {
    for (a, b, x, lower, upper) in Self.betas {
      let found = SpecialFunctions.incompleteBeta(a, b, x: x)
      expect(found.lower, lower, "I_\(x)(\(a), \(b))")
      expect(found.upper, upper, "1 - I_\(x)(\(a), \(b))")
    }
  }

  @Test func `the logarithm of gamma is near to its last digits`() {
    for (x, golden) in Self.logGammas {
      let found = SpecialFunctions.logGamma(x)
      #expect(abs(found - golden) <= 4e-15 * max(1, abs(golden)), "\(x): \(found)")
    }
  }

  @Test func `ends of the range and what lies outside have their values`() {
    let chiSquared = ChiSquared(degrees: 3)
    #expect(chiSquared.upperTail(0) == 1 && chiSquared.upperTail(-1) == 1)
    #expect(chiSquared.upperTail(.infinity) == 0 && chiSquared.cumulative(.infinity) == 1)
    #expect(chiSquared.upperTail(.nan).isNaN)
    #expect(ChiSquared(degrees: 0).upperTail(1).isNaN)
    let ratio = FDistribution(numeratorDegrees: 2, denominatorDegrees: 5)
    #expect(ratio.upperTail(0) == 1 && ratio.upperTail(.infinity) == 0)
    #expect(ratio.upperTail(.nan).isNaN && ratio.cumulative(-3) == 0)
    #expect(FDistribution(numeratorDegrees: 0, denominatorDegrees: 5).upperTail(1).isNaN)
    let mean = StudentT(degrees: 4)
    #expect(mean.twoSided(0) == 1 && mean.upperTail(0) == 0.5)
    #expect(mean.twoSided(.infinity) == 0 && mean.cumulative(.infinity) == 1)
    #expect(mean.twoSided(.nan).isNaN)
  }

  @Test func `a tail never grows with its value`() {
    for degrees in [1.0, 2, 3, 10, 15.5, 16, 17, 400] {
      let distributions: [(Double) -> Double] = [
        ChiSquared(degrees: degrees).upperTail,
        FDistribution(numeratorDegrees: degrees, denominatorDegrees: 7).upperTail,
        FDistribution(numeratorDegrees: 3, denominatorDegrees: degrees).upperTail,
      ]
      for tail in distributions {
        var last = 1.0
        for step in 0...4000 {
          let next = tail(Double(step) * 0.31)
          #expect(next <= last * (1 + 1e-14), "at \(Double(step) * 0.31), \(degrees) degrees")
          last = next
        }
      }
    }
  }

  @Test func `a wide number keeps what a double loses`() {
    let third = WideDouble(1) / WideDouble(3)
    #expect((third * WideDouble(3) - WideDouble(1)).rounded.magnitude < 1e-31)
    let large = WideDouble(1e16) + WideDouble(1)
    #expect((large - WideDouble(1e16)).rounded == 1)
    let square = WideDouble(1e8 + 1) * WideDouble(1e8 + 1)
    #expect((square - WideDouble(1e16) - WideDouble(2e8)).rounded == 1)
    #expect((WideDouble(10) / WideDouble(5)).rounded == 2)
  }

  /// x, degrees, lower and upper tail.
  private static let chiSquared: [(Double, Double, Double, Double)] = [
    (1e-10, 1, 7.978845607895674e-06, 0.9999920211543921),
    (0.001, 1, 0.025227120630039613, 0.9747728793699604),
    (0.5, 1, 0.5204998778130465, 0.4795001221869535),
    (3.841458820694124, 1, 0.95, 0.05000000000000006),
    (30.0, 1, 0.9999999567953695, 4.3204630578274975e-08),
    (1300.0, 1, 1.0, 1.1303728441492743e-284),
    (1e-05, 2, 4.999987500020834e-06, 0.9999950000125),
    (2.0, 2, 0.6321205588285577, 0.36787944117144233),
    (1400.0, 2, 1.0, 9.85967654375977e-305),
    (0.3, 3, 0.03997151969312239, 0.9600284803068776),
    (7.81, 3, 0.949893943649994, 0.050106056350005944),
    (5.0, 10, 0.10882198108584876, 0.8911780189141513),
    (9.5, 10, 0.5146024422214033, 0.4853975577785967),
    (10.5, 10, 0.6022263189237717, 0.39777368107622835),
    (60.0, 10, 0.999999996375699, 3.6243009520614882e-09),
    (700.0, 10, 1.0, 6.28014669923595e-144),
    (20.0, 31, 0.06419637925884558, 0.9358036207411544),
    (30.0, 31, 0.48270345068510423, 0.5172965493148958),
    (31.0, 32, 0.4829887527302918, 0.5170112472697082),
    (33.0, 32, 0.5819804993921246, 0.4180195006078754),
    (100.0, 100, 0.5188083154720433, 0.48119168452795674),
    (250.0, 100, 0.9999999999999922, 7.766936403539178e-15),
    (30.0, 100, 9.056125543148138e-13, 0.9999999999990944),
    (900.0, 1000, 0.010717238091289742, 0.9892827619087102),
    (1000.0, 1000, 0.5059471461707603, 0.49405285382923964),
    (1100.0, 1000, 0.9853855918737048, 0.014614408126295194),
    (2500.0, 1000, 1.0, 2.1059268048481405e-129),
    (99000.0, 100_000, 0.012478315638082799, 0.9875216843619172),
    (100500.0, 100_000, 0.8681451883966163, 0.13185481160338378),
    (112000.0, 100_000, 1.0, 2.0221441454163013e-147),
  ]

  /// x, degrees of both, lower and upper tail.
  private static let ratios: [(Double, Double, Double, Double, Double)] = [
    (1e-08, 1, 1, 6.366197702455154e-05, 0.9999363380229754),
    (0.5, 1, 1, 0.3918265520306073, 0.6081734479693928),
    (10000000000.0, 1, 1, 0.9999936338022766, 6.366197723463607e-06),
    (161.4476387975881, 1, 1, 0.95, 0.05000000000000006),
    (0.1, 1, 10, 0.24166846428882624, 0.7583315357111737),
    (4.96, 1, 10, 0.9499123494335318, 0.05008765056646819),
    (1000.0, 1, 10, 0.9999999999764878, 2.3512191643196086e-11),
    (1000000000000.0, 1, 5, 1.0, 1.898033449092136e-29),
    (3.0, 2, 147, 0.9471549955391453, 0.052845004460854744),
    (49.16, 2, 147, 1.0, 4.492125043579813e-17),
    (1180.16, 2, 147, 1.0, 2.856974630988679e-91),
    (0.9, 5, 20, 0.4997745705940889, 0.5002254294059111),
    (1.2, 5, 20, 0.6551985000898798, 0.34480149991012016),
    (0.01, 5, 20, 3.467843322286815e-05, 0.9999653215667771),
    (1.0, 30, 30, 0.5, 0.5),
    (3.0, 30, 30, 0.9982157383455912, 0.0017842616544088419),
    (0.99, 200, 500, 0.47293190719419437, 0.5270680928058056),
    (1.5, 200, 500, 0.9997941757187124, 0.0002058242812875618),
    (10.0, 200, 500, 1.0, 5.980483371819484e-96),
    (0.001, 20, 3, 5.986006215689512e-22, 1.0),
    (3.84, 1, 100000, 0.9499537051291217, 0.05004629487087829),
    (1400.0, 1, 100000, 1.0, 2.7154037746838296e-304),
    (1.002, 1e+06, 1000000, 0.8411028962085118, 0.15889710379148825),
    (1.05, 1e+06, 1000000, 1.0, 9.933686180698925e-132),
    (1.0, 99, 10000000, 0.5189028073846936, 0.4810971926153063),
    (7.0, 99, 10000000, 1.0, 6.664697499874446e-90),
  ]

  /// x, degrees, both tails.
  private static let means: [(Double, Double, Double)] = [
    (1e-09, 1, 0.9999999993633802),
    (0.5, 1, 0.7048327646991335),
    (1.0, 1, 0.5),
    (100000000.0, 1, 6.366197723675813e-09),
    (1e+200, 1, 6.3661977236758134e-201),
    (0.7, 2, 0.5563930246328654),
    (30.0, 2, 0.0011092626819596588),
    (2.228, 10, 0.05001177181711137),
    (50.0, 10, 2.47431032930268e-13),
    (1e+20, 10, 2.4609375e-196),
    (1.96, 30, 0.05934231289605048),
    (12.0, 30, 5.580185415199256e-13),
    (0.01, 1000, 0.9920232819321873),
    (3.3, 1000, 0.00100099672500209),
    (37.0, 1000, 1.7300788809913061e-189),
    (1.96, 1e+06, 0.04999606758526979),
    (2.5, 2.5, 0.10456996307815539),
  ]

  /// a, b, x, I and 1 - I.
  private static let betas: [(Double, Double, Double, Double, Double)] = [
    (0.5, 0.5, 0.5, 0.5, 0.5),
    (0.5, 500000.0, 1e-06, 0.6826894921371464, 0.31731050786285364),
    (500000.0, 0.5, 0.999999, 0.3173105078558956, 0.6826894921441045),
    (2.0, 3.0, 0.1, 0.052300000000000006, 0.9477),
    (2.0, 3.0, 0.9, 0.9963, 0.0036999999999999976),
    (10.0, 10.0, 0.5, 0.5, 0.5),
    (80.0, 3.0, 0.99, 0.9505393060343342, 0.04946069396566573),
    (0.1, 0.2, 0.3, 0.6228433547203174, 0.3771566452796827),
    (1000.0, 2000.0, 0.3, 4.0738279160507714e-05, 0.9999592617208395),
    (1000.0, 2000.0, 0.36, 0.9989094969407502, 0.0010905030592498494),
    (0.001, 0.001, 0.5, 0.5, 0.5),
  ]

  /// x and log Γ(x).
  private static let logGammas: [(Double, Double)] = [
    (1e-300, 690.7755278982137),
    (1e-05, 11.512919692895826),
    (0.25, 1.2880225246980774),
    (0.5, 0.5723649429247001),
    (1.0, 0.0),
    (1.5, -0.12078223763524522),
    (2.0, 0.0),
    (3.75, 1.486815578593417),
    (15.9, 27.625493215168692),
    (16.0, 27.89927138384089),
    (16.1, 28.173694494813546),
    (100.0, 359.1342053695754),
    (12345.678, 103959.91990554606),
    (1000000000000000.0, 3.3538776394910668e+16),
  ]
}
