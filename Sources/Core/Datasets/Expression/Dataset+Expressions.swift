internal import Frames
internal import Platform

extension Dataset {
  /// The rows for which a condition holds, as SQL writes it: `age >= 18 and city like 'L%'`.
  ///
  /// Rows for which it is unknown, since a value is missing, are left out like those for which it
  /// is false. Only the columns that it names are read for it.
  /// - Parameter tally: counts the rows that were read and kept, where it is asked for.
  /// - Throws: `ExpressionError` where the words are wrong; types are checked by the terminal call.
  public func filter(where condition: String, tally: RowTally? = nil) throws -> Dataset {
    let expression = try RowExpression(condition)
    return adding(
      Step(
        name: "keep rows where \(condition)",
        schema: {
          _ = try expression.condition($0)
          return $0
        },
        columns: { wanted in wanted.map { $0 + expression.columns } },
        apply: { rows in
          let kept = try expression.trueRows(of: rows.frame) { rows.place(ofRow: $0) }
          tally?.note(split: rows.split, read: rows.frame.rowCount, kept: kept.count)
          return rows.keeping(kept)
        },
        expected: {
          _ = try expression.condition($0, isGuess: true)
          return $0
        }))
  }

  /// The same rows with a column more, whose values follow from the others: `price * quantity`.
  ///
  /// A column of that name is replaced where it stands. Integers give `int64`, other numbers
  /// `float64`; a column by itself is taken over as it is.
  /// - Throws: `ExpressionError` where the words are wrong; types are checked by the terminal call.
  public func withColumn(_ name: String, as value: String) throws -> Dataset {
    let expression = try RowExpression(value)
    let schema: @Sendable (Schema, Bool) throws -> Schema = { schema, isGuess in
      let field = try expression.field(name, over: schema, isGuess: isGuess)
      var fields = schema.fields
      if let place = schema.index(of: name) { fields[place] = field } else { fields.append(field) }
      return Schema(fields)
    }
    return adding(
      Step(
        name: "with \(name) as \(value)",
        schema: { try schema($0, false) },
        columns: { wanted in
          wanted.map { $0.filter { !$0.utf8.elementsEqual(name.utf8) } + expression.columns }
        },
        apply: { rows in
          let column = try expression.column(of: rows.frame) { rows.place(ofRow: $0) }
          var columns = rows.frame.columns
          if let place = rows.frame.schema.index(of: name) {
            columns[place] = column
          } else {
            columns.append(column)
          }
          var rows = rows
          rows.frame = Frame(
            try schema(rows.frame.schema, false), columns, rowCount: rows.frame.rowCount)
          return rows
        },
        expected: { try schema($0, true) }))
  }
}
