import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#f4f3ef",
  "#e7e6e1",
  "#cdccc6",
  "#b1b0aa",
  "#8f8f8b",
  "#6e6f70",
  "#505257",
  "#383a3f",
  "#26282c",
  "#15161a",
];

/** The console's look: ink on paper, one cobalt accent, colour only where it means something. */
export const theme = createTheme({
  colors: { ink },
  primaryColor: "ink",
  primaryShade: { light: 9, dark: 0 },
  autoContrast: true,
  defaultRadius: 7,
  fontFamily: '"Inter", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  focusRing: "auto",
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    if (input.variant !== "filled" || (input.color && input.color !== "ink")) return colours;
    return { ...colours, background: "var(--text)", hover: "var(--text-hover)", color: "var(--surface)" };
  },
  components: {
    Checkbox: { defaultProps: { iconColor: "var(--surface)" } },
    Button: { defaultProps: { size: "sm" } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45, blur: 1 }, radius: 12 },
      styles: { title: { fontSize: 16, fontWeight: 650 } },
    },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true } },
    Menu: { defaultProps: { shadow: "md", radius: 9, width: 210 } },
    TextInput: { defaultProps: { size: "sm" } },
  },
});
