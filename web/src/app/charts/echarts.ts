// The parts of ECharts that our charts are drawn with, and no others. Its own tooltip is not among them: it builds HTML
// with inline styles, which the page's content security policy rightly refuses.
import { BarChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([AxisPointerComponent, BarChart, CanvasRenderer, GridComponent, LineChart]);

export default echarts;
