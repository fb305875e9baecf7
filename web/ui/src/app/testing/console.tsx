import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { Gate } from "@/app/Gate";
import { makeQueryClient } from "@/app/queryClient";
import { makeRouter } from "@/app/router";
import { LiveFeed } from "@/live/feed";
import { TestSource } from "@/live/testing";
import { ToastHost } from "@/shared/ui/notify";

/** The whole console at an address, with a stream that the test speaks through. */
export function renderConsole(path: string) {
  const client: QueryClient = makeQueryClient();
  const sources: TestSource[] = [];
  const feed = new LiveFeed(client, (url) => {
    const source = new TestSource(url);
    sources.push(source);
    queueMicrotask(() => source.send({ type: "hello", log: "l", epoch: 1, position: 10 } as never, 10));
    return source;
  });
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  render(
    <MantineProvider>
      <ToastHost />
      <QueryClientProvider client={client}>
        <Gate feed={feed}>
          <RouterProvider router={router} />
        </Gate>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const say = (message: { type: string } & Record<string, unknown>, id: number) =>
    sources.at(-1)?.send(message, id);
  return { client, router, sources, say };
}
