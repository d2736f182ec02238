/// What a rating asks of the product of two factors.
public enum FactorTarget: Sendable, Equatable {
  /// Its value less `shift`, and less the element `bias` of the other side's row where there is one;
  /// each rating counts the same.
  case value(shift: Float = 0, bias: Int? = nil)
  /// 1 where the value is above 0 and else 0, with the confidence 1 + alpha |value|; pairs without a
  /// rating ask for 0 with the confidence 1, which is the common part of all systems.
  case preference(alpha: Float)
}
