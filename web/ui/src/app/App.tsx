import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { LiveFeed } from "@/live/feed";
import { ToastHost } from "@/shared/ui/notify";
import { Gate } from "./Gate";
import { makeQueryClient } from "./queryClient";
import { makeRouter } from "./router";
import { theme } from "./theme";

/** The console: its theme, its cache, its live feed, and the page that the address names. */
export function App() {
  const [client] = useState(makeQueryClient);
  const [feed] = useState(() => new LiveFeed(client));
  const [router] = useState(makeRouter);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <ToastHost />
      <QueryClientProvider client={client}>
        <Gate feed={feed}>
          <RouterProvider router={router} />
        </Gate>
      </QueryClientProvider>
    </MantineProvider>
  );
}
