// OpenTelemetry's SDK, which keeps no more of the spans than what the last one began with.

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.LinkData;
import java.util.List;

final class Spans implements SpanProcessor {
  private ReadableSpan last;

  /** What an instrumentation took out of the headers, and what it made of that. */
  record Seen(String traceId, String spanId, String relation) {
    static final Seen NOTHING = new Seen(null, null, null);

    Seen(SpanContext context, String relation) {
      this(context.getTraceId(), context.getSpanId(), relation);
    }
  }

  OpenTelemetrySdk sdk() {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(this).build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  /** The context of the span that has begun since the last call. */
  Seen written() {
    SpanContext context = last.getSpanContext();
    last = null;
    return new Seen(context, null);
  }

  /** What the span that has begun since the last call belongs to. */
  Seen seen() {
    ReadableSpan span = last;
    last = null;
    SpanContext parent = span.getParentSpanContext();
    if (parent.isValid()) {
      return new Seen(parent, "parent");
    }
    List<LinkData> links = span.toSpanData().getLinks();
    return links.isEmpty() ? Seen.NOTHING : new Seen(links.get(0).getSpanContext(), "link");
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    last = span;
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  @Override
  public void onEnd(ReadableSpan span) {}

  @Override
  public boolean isEndRequired() {
    return false;
  }
}
