import Frames
import Testing

@Suite struct FeatureNamesTests {
  @Test(arguments: [
    [], ["a"], ["v[0]"], ["a", "v[0]", "v[1]", "b"], ["v[0]", "v[1]", "v[0]", "w[0]"],
    ["v[1]", "v[2]"], ["v[0]", "v[2]", "v[1]"], ["v[0]", "w[1]"], ["[0]", "", "[1]"],
  ])
  func `names come back as they were given`(names: [String]) {
    let made = FeatureNames(names)
    #expect(Array(made) == names)
    #expect(made.indices.map { made[$0] } == names)
    #expect(made == FeatureNames(names))
  }

  @Test func `a list of a vector's numbers is the vector`() {
    var vector = FeatureNames(["a"])
    vector.append(vector: "v", count: 3)
    #expect(vector == ["a", "v[0]", "v[1]", "v[2]"])
    #expect(vector != ["a", "v[0]", "v[1]"])
    #expect(vector.runs == [.name("a"), .vector("v", count: 3)])
    vector.append("v[3]")
    #expect(vector.runs == [.name("a"), .vector("v", count: 4)])
    #expect(vector.description == "a, v[0], v[1], v[2], v[3]")
  }

  @Test func `a million names are one run`() {
    var names = FeatureNames()
    names.append(vector: "none", count: 0)
    names.append(vector: "v", count: 1_000_000)
    names.append("b")
    #expect(names.count == 1_000_001)
    #expect(names.runs.count == 2)
    #expect([0, 999_999, 1_000_000].map { names[$0] } == ["v[0]", "v[999999]", "b"])
    #expect(names.description == "v[0] to v[999999], b")
  }
}
