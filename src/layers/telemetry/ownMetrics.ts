/**
 * Leaves Effect's counts of its fibers out of what is exported. Each bundle has its own copy of Effect, and all count in one registry, so
 * that one series would be there twice, which OpenTelemetry does not allow. Pure.
 */

/** The lists on the way to the metrics (opentelemetry-proto, `metrics.proto`). */
const lists: ReadonlySet<string> = new Set(["resourceMetrics", "scopeMetrics", "metrics"])

const isOfEffect = (metric: unknown): boolean =>
  typeof metric === "object" && metric !== null && "name" in metric && /^effect_fiber_/.test(String(metric.name))

/** The same request without them. */
export const ownMetrics = (request: unknown): unknown => {
  if (Array.isArray(request)) return request.filter(each => !isOfEffect(each)).map(ownMetrics)
  if (typeof request !== "object" || request === null) return request
  return Object.fromEntries(
    Object.entries(request).map(([key, value]) => [key, lists.has(key) ? ownMetrics(value) : value]),
  )
}
