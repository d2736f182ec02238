/// The metrics of scores that are higher the stranger a row is; the area figures of classifications
/// apply too.
extension Metric {
  public static let precisionAtN = Metric(
    "precision@n",
    """
    of the n rows with the highest scores the share that are anomalies, n being the number of \
    anomalies: precision and recall where as many alarms are given as there are anomalies; of rows \
    that tie at the last place each counts in part
    """, better: .higher)

  public static let alarmShare = Metric(
    "alarmShare", "the share of rows that reach the threshold", better: .neither)
}
