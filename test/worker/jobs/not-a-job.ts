import { serve } from "unrolled/worker";

serve((async () => 1) as never);
