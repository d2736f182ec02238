extension Rule {
  static let documentRules = [linksLead, pagesAreLinked, scriptsAreMentioned]

  /// Each link inside the repository leads to a file or a folder.
  static let linksLead = Rule(name: "links lead somewhere") { tree in
    tree.pages.flatMap { page in
      page.links.filter { !tree.holds($0.target) }.map {
        Finding(
          path: page.path, line: $0.line, message: "links to \($0.target), which is not there")
      }
    }
  }

  /// Each page of docs can be reached: it, or a folder around it, is linked from outside of that.
  static let pagesAreLinked = Rule(name: "pages are linked") { tree in
    let links = tree.pages.flatMap { page in page.links.map { (from: page.path, to: $0.target) } }
    return tree.files(under: "docs").filter { page in
      !links.contains { link in
        link.to == page.path && link.from != page.path
          || page.path.hasPrefix(link.to + "/") && !link.from.hasPrefix(link.to + "/")
      }
    }.map { Finding(path: $0.path, message: "no page links here") }
  }

  /// Each script is named, by its path, in another file; one that is sourced, by its name.
  static let scriptsAreMentioned = Rule(name: "scripts are mentioned") { tree in
    let scripts = tree.files.filter { file in
      file.path.hasPrefix("scripts/") || file.path.hasPrefix(".ci/")
        || file.text?.hasPrefix("#!") == true
    }
    return scripts.filter { script in
      !tree.files.contains { file in
        guard file.path != script.path, let text = file.text else { return false }
        return text.contains(script.path)
          || file.folder == script.folder && text.contains("/" + script.name)
      }
    }.map { Finding(path: $0.path, message: "no other file mentions it") }
  }
}

extension SourceTree {
  var pages: [SourceFile] { files.filter { $0.path.hasSuffix(".md") } }
}

extension SourceFile {
  /// The links of a Markdown page that stay inside the repository, as paths from its root.
  ///
  /// Code fences are left out; a link that climbs out of the repository keeps its `..`.
  var links: [(target: String, line: Int)] {
    var found: [(target: String, line: Int)] = []
    var isCode = false
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") { isCode.toggle() }
      if isCode { continue }
      for piece in line.split(separator: "](", omittingEmptySubsequences: false).dropFirst() {
        let target = piece.prefix { $0 != ")" && $0 != "#" && $0 != " " }
        if target.isEmpty || target.contains(":") { continue }
        found.append((resolved(target), number + 1))
      }
    }
    return found
  }

  private func resolved(_ target: Substring) -> String {
    var parts = folder.split(separator: "/")
    for part in target.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}
