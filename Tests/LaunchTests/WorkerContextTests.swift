import Platform
import Testing

@testable import Cluster

@Suite struct WorkerContextTests {
  private func context(_ variables: [String: String]) -> WorkerContext? {
    WorkerContext(environment: { variables[$0] })
  }

  @Test func `a process without a starter is alone`() {
    #expect(context([:]) == nil)
    #expect(context(["MARTLET_ATTEMPT": "/x"]) == nil)
    #expect(context(["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"]) == nil)
  }

  @Test func `each starter's words are understood`() throws {
    let open = try #require(
      context([
        "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4",
        "OMPI_COMM_WORLD_LOCAL_SIZE": "2", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "2",
        "SLURM_PROCID": "1", "OMPI_MCA_ess_base_jobid": "1188954113",
      ]))
    #expect([open.rank, open.size, open.localCount] == [3, 4, 2])
    #expect(open.engineJob == 1_188_954_113)
    #expect(open.exitCode(for: 65) == 65)
    let hydra = try #require(
      context(["PMI_RANK": "1", "PMI_SIZE": "2", "MPI_LOCALNRANKS": "2"]))
    #expect([hydra.rank, hydra.size, hydra.localCount] == [1, 2, 2])
    let slurm = try #require(
      context([
        "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "7", "SLURM_PROCID": "6",
        "SLURM_STEP_TASKS_PER_NODE": "2(x3),1", "SLURM_NODEID": "3",
      ]))
    #expect([slurm.rank, slurm.size, slurm.localCount] == [6, 7, 1])
  }

  @Test func `a Slurm batch script is no worker`() {
    #expect(context(["SLURM_NTASKS": "4", "SLURM_PROCID": "0"]) == nil)
  }

  @Test func `one worker of a launcher is a worker`() throws {
    let one = try #require(
      context([
        "PMI_RANK": "0", "PMI_SIZE": "1", "MARTLET_ATTEMPT": "/x", "MARTLET_RESTART": "2",
      ]))
    #expect(one.restartCount == 2)
    #expect(one.attempt == nil)
  }

  @Test func `launch options are taken out, also in one word, but not behind two dashes`() {
    let kept = Launcher.withoutLaunchOptions([
      "train", "--workers", "4", "kmeans", "--hostfile=h", "--workers=2", "--k", "3", "--",
      "--workers", "5",
    ])
    #expect(kept == ["train", "kmeans", "--k", "3", "--", "--workers", "5"])
  }

  @Test(arguments: [":", "\\:", "\\\\:", "", "a:b", "::", "\\", "\\a"])
  func `a lone colon survives the engine`(argument: String) {
    let encoded = Launcher.encoded(argument)
    #expect(encoded != ":")
    #expect(Launcher.decoded(encoded) == argument)
  }

  @Test func `only names of variables stand on the engine's command line`() {
    let names = Launcher.exportedNames([
      "MARTLET_TOKEN": "secret", "HOME": "/root", "OMP_NUM_THREADS": "1", "MARTLET_A": "x",
    ])
    #expect(names == ["MARTLET_A", "MARTLET_TOKEN", "OMP_NUM_THREADS"])
    let words = MessagePassingEngine(path: "/x", kind: .openMPI).arguments(
      workerCount: 3, hostfile: nil, variables: names, sessionFolder: "/s")
    #expect(!words.contains { $0.contains("secret") })
    #expect(words.contains("--oversubscribe"))
  }

  @Test func `traits of a terminal survive the environment`() {
    let traits = TerminalTraits(redraws: true, hasColor: false, width: 132)
    #expect(TerminalTraits(text: traits.text) == traits)
    #expect(TerminalTraits(text: "nonsense") == nil)
  }
}
