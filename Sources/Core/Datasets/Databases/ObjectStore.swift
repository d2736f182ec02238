internal import Cluster
internal import FoundationEssentials
internal import Platform

/// Files in a store that speaks S3's language, read through DuckDB's extension.
///
/// Who may read them comes from the environment, or from the file of shared credentials; never from
/// the command line, and it is never printed.
enum ObjectStore {
  /// Makes `s3://bucket/file` readable.
  static func open(in database: DuckDBDatabase) throws {
    try database.load(extension: "httpfs", for: "reading s3://")
    var parts = ["TYPE s3"]
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { parts.append("\(name) \(sqlText(value))") }
    }
    let shared = sharedCredentials()
    add("KEY_ID", environmentVariable("AWS_ACCESS_KEY_ID") ?? shared["aws_access_key_id"])
    add("SECRET", environmentVariable("AWS_SECRET_ACCESS_KEY") ?? shared["aws_secret_access_key"])
    add(
      "SESSION_TOKEN", environmentVariable("AWS_SESSION_TOKEN") ?? shared["aws_session_token"])
    add(
      "REGION",
      environmentVariable("AWS_REGION") ?? environmentVariable("AWS_DEFAULT_REGION")
        ?? shared["region"])
    if let address = environmentVariable("AWS_ENDPOINT_URL_S3")
      ?? environmentVariable("AWS_ENDPOINT_URL"), !address.isEmpty
    {
      let isPlain = address.hasPrefix("http://")
      let host = address.split(separator: "/").dropFirst().first.map(String.init) ?? address
      add("ENDPOINT", host)
      parts += ["URL_STYLE 'path'", "USE_SSL \(!isPlain)"]
    }
    do { try database.run("CREATE SECRET store (\(parts.joined(separator: ", ")))") } catch {
      // What DuckDB says could show the statement, and with it the secret.
      throw Failure(.usage, "the credentials for s3:// cannot be used")
    }
  }

  /// The entries of a profile in the file of shared credentials.
  private static func sharedCredentials() -> [String: String] {
    let standard = environmentVariable("HOME").map { "\($0)/.aws/credentials" }
    guard let path = environmentVariable("AWS_SHARED_CREDENTIALS_FILE") ?? standard,
      let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { return [:] }
    let profile = environmentVariable("AWS_PROFILE") ?? "default"
    var isOurs = false
    var entries: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let line = line.trimmed
      if line.hasPrefix("[") {
        isOurs = line == "[\(profile)]"
      } else if isOurs, let equals = line.firstIndex(of: "=") {
        entries[line[..<equals].trimmed] = line[line.index(after: equals)...].trimmed
      }
    }
    return entries
  }
}

extension Substring {
  /// Without blanks around it.
  fileprivate var trimmed: String {
    let rest = drop { $0.isWhitespace }
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(rest[...last])
  }
}
