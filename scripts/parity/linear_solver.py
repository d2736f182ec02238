"""Linear models solved to the last digits: the golden values that no peer is asked for.

The objective is sum w_i loss_i / sum w_i + sum_j l1_j |b_j| + l2_j b_j^2 / 2, the intercepts free. It is
solved over centred and scaled columns by Newton steps (proximal ones where there is L1) in float64, then
polished in long double: the gradient there, the step by the Hessian in float64, until the steps end. An
answer with L1 or bounds is right only if what lies there keeps its condition, which is checked.
"""

import numpy as np
from numpy import longdouble as Long


class Logistic:
    """Log-loss of two classes (one row of coefficients) or of many (one row each)."""

    def __init__(self, codes, class_count, rows):
        self.codes, self.blocks = codes, rows
        self.hot = np.zeros((len(codes), class_count))
        self.hot[np.arange(len(codes)), codes] = 1
        self.count = len(codes)
        self.extra = 0

    def start(self, design, weights):
        return np.zeros(self.blocks * design.shape[1])

    def margins(self, design, theta):
        return design @ theta.reshape(self.blocks, -1).T

    def value(self, design, weights, theta):
        z = self.margins(design, theta)
        if self.blocks == 1:
            z = z[:, 0]
            sign = np.where(self.codes == 1, -z, z)
            return weights @ (np.maximum(sign, 0) + np.log1p(np.exp(-np.abs(sign))))
        top = z.max(axis=1)
        own = z[np.arange(self.count), self.codes]
        return weights @ (top - own + np.log(np.exp(z - top[:, None]).sum(axis=1)))

    def probabilities(self, design, theta):
        z = self.margins(design, theta)
        if self.blocks == 1:
            z = np.concatenate([-z / 2, z / 2], axis=1)
        e = np.exp(z - z.max(axis=1)[:, None])
        return e / e.sum(axis=1)[:, None]

    def gradient(self, design, weights, theta):
        residual = (self.probabilities(design, theta) - self.hot) * weights[:, None]
        if self.blocks == 1:
            residual = residual[:, 1:]
        return (residual.T @ design).reshape(-1)

    def hessian(self, design, weights, theta):
        p = self.probabilities(design, theta)
        if self.blocks == 1:
            return (design * (weights * p[:, 0] * p[:, 1])[:, None]).T @ design
        width = design.shape[1]
        full = np.zeros((self.blocks, width, self.blocks, width))
        for a in range(self.blocks):
            for b in range(a + 1):
                curve = weights * p[:, a] * ((a == b) - p[:, b])
                full[a, :, b, :] = (design * curve[:, None]).T @ design
                full[b, :, a, :] = full[a, :, b, :].T
        return full.reshape(self.blocks * width, -1)


class Squared:
    """Half of the squared error."""

    blocks, extra = 1, 0

    def __init__(self, target):
        self.target = target

    def start(self, design, weights):
        return np.zeros(design.shape[1])

    def value(self, design, weights, theta):
        return weights @ (self.target.astype(design.dtype) - design @ theta) ** 2 / 2

    def gradient(self, design, weights, theta):
        return -(weights * (self.target.astype(design.dtype) - design @ theta)) @ design

    def hessian(self, design, weights, theta):
        return (design * weights[:, None]).T @ design


class Huber:
    """Huber's loss with its scale, as scikit-learn and MLlib have it, halved: the last parameter is the scale."""

    blocks, extra = 1, 1

    def __init__(self, target, epsilon):
        self.target, self.epsilon = target, epsilon

    def start(self, design, weights):
        root = np.sqrt(weights)
        least = np.linalg.lstsq(design * root[:, None], self.target * root, rcond=None)[0]
        return np.append(least, np.sqrt(weights @ (self.target - design @ least) ** 2))

    def parts(self, design, theta):
        residual = self.target.astype(design.dtype) - design @ theta[:-1]
        return residual, np.abs(residual) > theta[-1] * self.epsilon

    def value(self, design, weights, theta):
        scale, e = theta[-1], self.epsilon
        if scale <= 0:
            return np.inf
        r, far = self.parts(design, theta)
        loss = np.where(far, 2 * e * np.abs(r) - scale * e * e, r * r / scale)
        return (weights @ (scale + loss)) / 2

    def gradient(self, design, weights, theta):
        scale, e = theta[-1], self.epsilon
        r, far = self.parts(design, theta)
        pull = np.where(far, e * np.sign(r), r / scale)
        own = (weights @ (1 - np.where(far, e * e, (r / scale) ** 2))) / 2
        return np.append(-(weights * pull) @ design, own)

    def hessian(self, design, weights, theta):
        scale = theta[-1]
        r, far = self.parts(design, theta)
        near = np.where(far, 0, weights)
        width = design.shape[1]
        full = np.zeros((width + 1, width + 1))
        full[:-1, :-1] = (design * near[:, None]).T @ design / scale
        full[:-1, -1] = full[-1, :-1] = (near * r) @ design / scale**2
        full[-1, -1] = near @ r**2 / scale**3
        return full


class Problem:
    """A loss with its penalty over scaled columns; each column has `blocks` coefficients."""

    def __init__(self, loss, x, weights, l1, l2, intercept, bounds=None):
        weights = weights.astype(Long)
        self.loss, self.weights, self.intercept = loss, weights / weights.sum(), intercept
        x = x.astype(Long)
        centre = self.weights @ x
        self.spread = np.sqrt(self.weights @ (x - centre) ** 2)
        # Rounding of the mean makes a tiny spread of a constant column.
        self.constant = np.ptp(x, axis=0) == 0
        self.spread[self.constant] = 1
        if not intercept or bounds:  # a bound on the intercept is one on that of the columns as they are
            centre = centre * 0
        self.centre = centre
        design = (x - centre) / self.spread
        # Such a column tells nothing that the intercept does not: its coefficient is 0.
        idle = self.constant if intercept else (x == 0).all(axis=0)
        design[:, idle] = 0
        if intercept:
            design = np.append(design, np.ones((len(x), 1), Long), axis=1)
        self.wide, self.design = design, design.astype(float)
        self.idle = self.per_parameter(idle).astype(bool)
        self.l1 = self.per_parameter(l1 / self.spread.astype(float))
        self.l2 = self.per_parameter(l2 / self.spread.astype(float) ** 2)
        self.exact_l1 = self.per_parameter(l1 / self.spread)
        self.exact_l2 = self.per_parameter(l2 / self.spread**2)
        sizes = np.append(self.spread, [1] * intercept)
        self.lower, self.upper = (
            (np.asarray(bound, Long) * sizes).reshape(-1) for bound in bounds or (-np.inf, np.inf))
        if not bounds:
            self.lower, self.upper = (np.full(len(self.l1), side, Long) for side in (-np.inf, np.inf))

    def per_parameter(self, penalty):
        one = np.append(penalty, [0] * self.intercept)
        return np.append(np.tile(one, self.loss.blocks), [0] * self.loss.extra)

    def smooth(self, theta):
        return self.loss.value(self.design, self.weights.astype(float), theta) + self.l2 @ theta**2 / 2

    def total(self, theta):
        return self.smooth(theta) + self.l1 @ np.abs(theta)

    def curvature(self, theta):
        """The Hessian; what the objective leaves open (a shift of all classes) is held at its mean."""
        full = self.loss.hessian(self.design, self.weights.astype(float), theta) + np.diag(self.l2)
        if self.loss.blocks > 1:
            width = self.design.shape[1]
            for j in range(width):
                if self.l1[j] == 0 and self.l2[j] == 0:
                    at = np.arange(self.loss.blocks) * width + j
                    full[np.ix_(at, at)] += 1 / self.loss.blocks
        return full

    def solve(self):
        """The parameters in long double, and how far they may be off."""
        theta = self.loss.start(self.design, self.weights.astype(float))
        theta = np.clip(theta, self.lower.astype(float), self.upper.astype(float))
        for _ in range(200):
            slope = self.loss.gradient(self.design, self.weights.astype(float), theta) + self.l2 * theta
            step = self.direction(slope, self.curvature(theta), theta)
            before, share = self.total(theta), 1.0
            while share > 1e-12 and not self.total(theta + share * step) <= before:
                share /= 2
            if share > 1e-12:
                theta = theta + share * step
            if np.abs(step).max() <= 1e-11 * max(1, np.abs(theta).max()) or share <= 1e-12:
                break
        return self.polish(theta)

    def is_bounded(self):
        return bool(np.isfinite(self.lower).any() or np.isfinite(self.upper).any())

    def direction(self, slope, full, theta):
        if not self.l1.any() and not self.is_bounded():
            return -inverse_of(full)(slope)
        # Coordinate descent on the quadratic model; `left` is its gradient where it is now.
        lower, upper = self.lower.astype(float), self.upper.astype(float)
        new, left, most = theta.copy(), slope.copy(), np.diag(full).copy()
        for sweep in range(3000):
            largest = 0.0
            places = np.arange(len(new)) if sweep % 20 == 0 else np.flatnonzero((new != 0) | (self.l1 == 0))
            for j in places:
                if most[j] <= 0:
                    continue
                middle = new[j] - left[j] / most[j]
                to = np.sign(middle) * max(abs(middle) - self.l1[j] / most[j], 0)
                to = min(max(to, lower[j]), upper[j])
                if to != new[j]:
                    left += full[:, j] * (to - new[j])
                    largest, new[j] = max(largest, abs(to - new[j])), to
            if largest <= 1e-13 * max(1, np.abs(new).max()) and sweep % 20 == 0:
                break
        return new - theta

    def polish(self, theta):
        theta[self.idle] = 0
        low, high = theta == self.lower.astype(float), theta == self.upper.astype(float)
        free = np.flatnonzero(((theta != 0) | (self.l1 == 0)) & ~low & ~high & ~self.idle)
        signs, theta = np.sign(theta).astype(Long), theta.astype(Long)
        theta[low], theta[high] = self.lower[low], self.upper[high]
        inverse = inverse_of(self.curvature(theta.astype(float))[np.ix_(free, free)])
        last = np.inf
        for _ in range(30):
            slope = self.loss.gradient(self.wide, self.weights, theta) + self.exact_l2 * theta
            step = inverse((slope + self.exact_l1 * signs)[free].astype(float))
            size = np.abs(step).max() / max(1e-300, np.abs(theta).max())
            if size >= last / 2:
                break
            last = size
            theta[free] -= step
        zeros = np.flatnonzero((theta == 0) & (self.l1 > 0))
        slack = (1 - np.abs(slope[zeros]) / self.exact_l1[zeros]).min() if len(zeros) else 1.0
        assert slack > 1e-7, f"a zero is on the edge: {slack}"
        assert (slope[low] > 1e-9).all() and (slope[high] < -1e-9).all(), "a bound does not hold it"
        assert (theta >= self.lower).all() and (theta <= self.upper).all(), "out of bounds"
        assert (np.sign(theta)[free] == signs[free])[self.l1[free] > 0].all(), "a sign changed"
        return theta, float(last), float(slack)

    def answer(self):
        """Coefficients (a row per class), intercepts, scale, objective: all of the columns as they are."""
        theta, off, slack = self.solve()
        self.theta = theta
        whole = self.loss.value(self.wide, self.weights, theta)
        whole += self.exact_l1 @ np.abs(theta) + self.exact_l2 @ theta**2 / 2
        table = (theta[:-1] if self.loss.extra else theta).reshape(self.loss.blocks, -1)
        width = len(self.spread)
        coefficients = table[:, :width] / self.spread
        intercepts = table[:, width] - coefficients @ self.centre if self.intercept else table[:, 0] * 0
        if self.loss.blocks > 1 and not np.isfinite(self.lower[width :: width + 1]).any():
            intercepts = intercepts - intercepts.mean()
        found = {
            "coefficients": coefficients, "intercepts": intercepts, "objective": whole,
            "lastStep": off, "slackOfZeros": slack,
        }
        if self.loss.extra:
            found["scale"] = theta[-1]
        return found

    def covariance(self):
        """The inverse Hessian of the sum (not the mean) of losses, for coefficients then intercept, unscaled."""
        full = self.loss.hessian(self.design, self.weights.astype(float), self.theta.astype(float))
        inverse = np.linalg.inv(full)
        width = len(self.spread)
        back = np.zeros((len(full), len(full)))
        for j in range(width):
            back[j, j] = 1 / self.spread[j]
            if self.intercept:
                back[width, j] = -self.centre[j] / self.spread[j]
        if self.intercept:
            back[width, width] = 1
        return back @ inverse @ back.T


def inverse_of(full):
    """A function that gives full^-1 right, the shortest where there are many."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

    try:
        factor = cho_factor(full)
        pivots = np.diag(factor[0])
        if (pivots.min() / pivots.max()) ** 2 > 1e-13:
            return lambda right: cho_solve(factor, right)
    except LinAlgError:
        pass
    values, vectors = eigh(full)
    kept = values > 1e-12 * values[-1]
    values, vectors = values[kept], vectors[:, kept]
    return lambda right: vectors @ ((vectors.T @ right) / values)
